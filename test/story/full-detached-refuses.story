# [T4] [O4] [J8]: who is detached takes nobody in, and says that it has no free place. The joiner comes back again
# and again, ever less often, a foster child of the root meanwhile, and is let in when the tree is mended.
set profile=full children=1 policy=shallow
start a
run 1
start b
run 1
start c
run 8
lose a b TICK 6
run 5
show sent events
hide RREG,YREG,RPRT,PING,PONG,PATH
start d
run 4
| 15.000 d: search rp
| 15.000 d > rp ROOT
| 15.010 rp > d TOOR root=a tick=1/12
| 15.020 d > a RJOI join
| 15.030 a > d NJOI reason=cookie
| 15.040 d > a RJOI shelter
| 15.050 a > b TICK 1/15 (lost)
| 15.050 a: child d
| 15.050 a > d YJOI reason=foster
| 15.060 b > c TICK 1/9 detached
| 15.060 d > b RJOI join
| 15.070 b > d NJOI reason=cookie
| 15.080 d > c RJOI join
| 15.090 c > d NJOI reason=cookie
| 15.100 d: search rp
| 15.100 d > rp ROOT
| 15.110 rp > d TOOR root=a tick=1/12
| 15.120 d > a RJOI join
| 15.130 a > d NJOI reason=cookie
| 15.140 d > b RJOI join
| 15.150 b > d NJOI reason=cookie
| 15.160 d > c RJOI join
| 15.170 c > d NJOI reason=cookie
| 15.180 d: search rp
| ...
| 16.050 a > b TICK 1/16
| 16.050 a > d TICK 1/16
| 16.060 b > c TICK 1/9 detached
| 16.060 b > c TICK 1/16
| 16.323 d > rp ROOT
| 16.333 rp > d TOOR root=a tick=1/15
| 16.343 d > a RJOI join
| 16.353 a > d NJOI reason=cookie
| 16.363 d > b RJOI join
| 16.373 b > d NJOI reason=cookie
| 16.383 d > c RJOI join
| 16.393 c > d NJOI reason=cookie
| 16.403 d > c RJOI join
| 16.413 c: child d
| 16.413 c > d YJOI
| 16.423 d: joined c
| 16.423 d > a LEAV
| 16.433 a: child-left d
| 17.050 a > b TICK 1/17
| 17.060 b > c TICK 1/16
| 17.413 c > d TICK 1/16
| 18.050 a > b TICK 1/18
| 18.060 b > c TICK 1/17
| 18.413 c > d TICK 1/17
