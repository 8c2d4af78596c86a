# [M8] [R3]: two nodes register at the same time; the second asks again and joins the first.
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
| 0.030 rp > a YREG
| 0.030 rp > b NREG
| 0.040 a: root rp
| 0.040 b: search rp
| 0.040 b > rp ROOT
| 0.050 rp > b TOOR a
| 0.060 b > a RJOI
| 0.070 a: child b
| 0.070 a > b YJOI
| 0.080 b: joined a
