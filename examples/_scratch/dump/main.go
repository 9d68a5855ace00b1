package main
import ("fmt"
 "github.com/riskcurves/riskcurves/noise"
 m "github.com/riskcurves/riskcurves/examples/_scratch/memx")
func main(){
 for i,v:=range (m.Adam{0,.9}).Kappa(m.Residual{noise.None{},.25,1}) { fmt.Printf("%v %.10f\n",m.MixturePoints[i],v)}
}
