# [M10]: a descent through three levels.
set children=1
start a
run 1
start b
run 1
start c
run 1
show sent
start d
run 1
| 3.000 d > rp ROOT
| 3.010 rp > d TOOR a
| 3.020 d > a RJOI
| 3.030 a > d NJOI b
| 3.040 d > b RJOI
| 3.050 b > d NJOI c
| 3.060 d > c RJOI
| 3.070 c > d YJOI
