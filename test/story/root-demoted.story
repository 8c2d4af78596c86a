# [M8]: a root whose registration expired while another node registered joins it, its subtree with it.
set rdv-guard=60 children=2
start a
run 1
start b
run 1
start x
stop x closed
run 70
show sent events
start c
run 60
| 72.000 c: search rp
| 72.000 c > rp ROOT
| 72.010 rp > c TOOR
| 72.020 c > rp RREG
| 72.030 rp: root-registered c
| 72.030 rp > c YREG
| 72.040 c: root rp
| 120.040 a > rp RREG
| 120.050 rp > a NREG
| 120.060 a: root-lost rp
| 120.060 a: search rp
| 120.060 a > rp ROOT
| 120.070 rp > a TOOR c
| 120.080 a > c RJOI
| 120.090 c: child a
| 120.090 c > a YJOI
| 120.100 a: joined c
| 121.040 b > a RJOI
| 121.050 a > b YJOI
show prints
say c to all
run 1
| 132.000 c prints to all
| 132.010 a prints to all
| 132.020 b prints to all
