package odes
import ("testing";"time";"context";"math"
	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)
func TestZZ(t *testing.T) {
	ctx:=context.Background()
	pl:=func(d int,b float64) []float64 { x:=make([]float64,d); for i:=range x { x[i]=math.Pow(float64(i+1),-b)}; return x }
	run:=func(name string,s *System,T float64) {
		t0:=time.Now()
		c,rc,err:=s.BestConstant(ctx,T)
		d0:=time.Since(t0); t0=time.Now()
		b,r,err2:=s.Optimal(ctx,T)
		d1:=time.Since(t0)
		gr:=math.NaN()
		if cg,e:=s.WithRate(s.Greedy()).Solve(ctx,[]float64{T}); e==nil { gr=cg.Risk[0] } else {t.Log(e)}
		t.Logf("%s: const %.6g %.8g %v (%v); opt %.8g %d knots %v (%v); greedy %.8g", name,c,rc,err,d0,r,len(b.Times),err2,d1,gr)
	}
	one:=schedule.Constant(1)
	p:=diagonalProblem(t,noise.Rademacher{Scale:1},1,0.1); p.Init=[]float64{3,3}
	run("A",system(t,p,must(homogenized.SignSGD(p)),one),1e4)
	p=diagonalProblem(t,nil,pl(30,1)...); p.Init=ones(30)
	run("B1",system(t,p,must(homogenized.SGD(p)),one),100)
	p=isotropic(t,10,nil,1)
	run("B2",system(t,p,must(homogenized.SignSGD(p)),one),100)
	p=diagonalProblem(t,noise.StudentsT{Nu:3,Sigma:.1},pl(60,2)...)
	run("B3'",system(t,p,must(homogenized.SGD(p)),one),1000)
	p=diagonalProblem(t,noise.Normal{Sigma:.1},pl(60,2)...); p.Init=make([]float64,60); for i:=range p.Init {p.Init[i]=3}
	run("B3",system(t,p,must(homogenized.SGD(p)),one),1000)
	for _,T:=range []float64{1e-3,1,1e3,1e6} { run("B3T",system(t,p,must(homogenized.SignSGD(p)),one),T) }
	_ = signsgd.SGD{}
}
