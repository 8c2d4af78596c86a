# [M2] [M4] [M7] [R1] [R2] [B1]: the first node finds no root, registers, and refreshes.
start a
run 125
| 0.000 a: search rp
| 0.000 a > rp ROOT
| 0.010 rp > a TOOR
| 0.020 a > rp RREG
| 0.030 rp: root-registered a
| 0.030 rp > a YREG
| 0.040 a: root rp
| 120.040 a > rp RREG
| 120.050 rp > a YREG
