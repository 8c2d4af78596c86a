# [E1] [M8]: two begin at the same time, where there is no root. Who registers second is refused, and joins the other.
set profile=full policy=shallow
start a
start b
run 1
| 0.000 a: search rp
| 0.000 a > rp ROOT
| 0.000 b: search rp
| 0.000 b > rp ROOT
| 0.010 rp > a TOOR
| 0.010 rp > b TOOR
| 0.020 a > rp RREG
| 0.020 b > rp RREG
| 0.030 rp: root-registered a
| 0.030 rp > a YREG tick=1/0
| 0.030 rp > b NREG reason=root root=a tick=1/0
| 0.040 a: root rp
| 0.040 b: search rp
| 0.040 b > rp ROOT
| 0.050 rp > b TOOR root=a tick=1/0
| 0.060 b > a RJOI join
| 0.070 a > b NJOI reason=cookie
| 0.080 b > a RJOI join
| 0.090 a: child b
| 0.090 a > b YJOI
| 0.090 a > b PATH a
| 0.100 b: joined a
