package main
import ("context";"fmt";"math";"flag"
 "github.com/riskcurves/riskcurves/homogenized"
 "github.com/riskcurves/riskcurves/noise"
 "github.com/riskcurves/riskcurves/odes"
 "github.com/riskcurves/riskcurves/signsgd"
 "github.com/riskcurves/riskcurves/signsgd/ensemble"
 "github.com/riskcurves/riskcurves/signsgd/schedule"
 "github.com/riskcurves/riskcurves/spectra")
func main(){
 runs:=flag.Int("runs",128,""); d:=flag.Int("d",400,""); T:=flag.Float64("T",6,""); eta:=flag.Float64("eta",0.4,""); flag.Parse()
 ctx:=context.Background()
 lambda,_:=spectra.LogSpaced(*d,.25,4); k,_:=spectra.NewDiagonal(lambda)
 init:=make([]float64,*d); for i:=range init {init[i]=1/math.Sqrt(lambda[i])}
 p,_:=signsgd.Problem{Covariance:k,Noise:noise.Normal{Sigma:.5},Init:init}.WithInitialRisk(1)
 times:=[]float64{.1,.25,.5,1,2,3,4.5,6}
 show:=func(name string,o signsgd.Optimizer,e float64,ls ...homogenized.Limit){
  rate:=schedule.Constant(e)
  b,err:=signsgd.Ensemble(ctx,p,o,rate,ensemble.Settings{Horizon:*T,Runs:*runs,Seed:9,Times:times})
  if err!=nil {panic(err)}
  m,se:=b.Risk.Mean(),b.Risk.StdErr()
  rms:=0.0; for i:=range m {rms+=se[i]*se[i]/m[i]/m[i]}
  fmt.Printf("%-22s se %.4f",name,math.Sqrt(rms/float64(len(m))))
  for _,l:=range ls { s,err:=odes.NewFromLimit(p,l,rate); if err!=nil {panic(err)}
   c,err:=s.Solve(ctx,times); if err!=nil {panic(err)}
   g,w:=0.0,0.0; for i:=range m {x:=m[i]/c.Risk[i]-1; g+=x*x; if math.Abs(x)>math.Abs(w) {w=x}}
   fmt.Printf("  rms %.4f worst %+.4f",math.Sqrt(g/float64(len(m))),w)}
  fmt.Println()
 }
 n:=float64(*d)
 for _,b1:=range []float64{0,.9}{ for _,b2:=range []float64{.9,.95,.97,.98,.99} { if b1*b1>=b2 {continue}
  s,err:=homogenized.ShortAdam(p,b1,b2); if err!=nil {panic(err)}
  l,err:=homogenized.SlowAdam(p,(1-b2)*n,homogenized.Corrected); if err!=nil {panic(err)}
  show(fmt.Sprintf("Adam %v %v",b1,b2),signsgd.Adam{Beta1:b1,Beta2:b2},*eta,s,l)}}
 for _,b:=range []float64{.9,.95,.97,.98,.99} {
  s,_:=homogenized.Momentum(p,b)
  sg,_:=homogenized.SGD(p)
  l,err:=homogenized.MomentumOf(sg,homogenized.LongMomentum{Delta:homogenized.Fixed((1-b)*n),Gamma1:homogenized.Fixed(1),Gamma3:homogenized.TimesRate(n)}); if err!=nil {panic(err)}
  show(fmt.Sprintf("Momentum %v",b),signsgd.Momentum{Beta:b},*eta*(1-b),s,l)}
}
