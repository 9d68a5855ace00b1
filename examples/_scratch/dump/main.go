package main
import ("fmt"
 "github.com/riskcurves/riskcurves/noise"
 m "github.com/riskcurves/riskcurves/examples/_scratch/memx"
)
func main(){
 for _,b:=range [][2]float64{{.5,1e-7},{.5,1e-8},{.05,.9},{.01,.9},{.001,.9},{.99,.1},{.1,.99},{.9,.99},{.01,.01}} {
 fmt.Print(b,"  ")
 for _,h:=range []float64{.2,.1,.05,.025} { m.H=h
 x:=(m.Lion{b[0],b[1]}).Rest(m.Residual{noise.None{},.5,1},[]float64{.2,.7,.97,1})
 fmt.Printf(" %.10f",x[3])}
 fmt.Println()
 }
}
