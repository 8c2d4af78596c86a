# [M6] [M9] [C1] [C2] [B1]: the second node joins under the root, and refreshes its place.
start a
run 1
show sent events
start b
run 125
| 1.000 b: search rp
| 1.000 b > rp ROOT
| 1.010 rp > b TOOR a
| 1.020 b > a RJOI
| 1.030 a: child b
| 1.030 a > b YJOI
| 1.040 b: joined a
| 120.040 a > rp RREG
| 120.050 rp > a YREG
| 121.040 b > a RJOI
| 121.050 a > b YJOI
