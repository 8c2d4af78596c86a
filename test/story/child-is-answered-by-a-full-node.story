# [C2]: a child's refresh is answered by a full node, too.
set children=1 refresh=10
start a
run 1
start b
run 1
show sent
run 20
| 10.040 a > rp RREG
| 10.050 rp > a YREG
| 11.040 b > a RJOI
| 11.050 a > b YJOI
| 20.060 a > rp RREG
| 20.070 rp > a YREG
| 21.060 b > a RJOI
| 21.070 a > b YJOI
