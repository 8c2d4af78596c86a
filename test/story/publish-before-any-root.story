# [P4] [M7]: a payload published before there is a root waits, and is distributed by the node that becomes it.
show sent prints
start a
say a early
run 1
| 0.000 a > rp ROOT
| 0.010 rp > a TOOR
| 0.020 a > rp RREG
| 0.030 rp > a YREG
| 0.040 a prints early
