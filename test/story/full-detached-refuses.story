# [T4] [O4]: who is detached takes nobody in, and says that it has no free place. The joiner comes back again and
# again, ever less often, and is let in when the tree is mended.
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
| 15.020 d > a RJOI foster
| 15.030 a > d NJOI reason=cookie
| 15.040 d > b RJOI foster
| 15.050 a > b TICK 1/15 (lost)
| 15.050 b > d NJOI reason=cookie
| 15.060 b > c TICK 1/9 detached
| 15.060 d > c RJOI foster
| 15.070 c > d NJOI reason=cookie
| 15.080 d: search rp
| 15.080 d > rp ROOT
| 15.090 rp > d TOOR root=a tick=1/12
| 15.100 d > a RJOI foster
| 15.110 a > d NJOI reason=cookie
| 15.120 d > b RJOI foster
| 15.130 b > d NJOI reason=cookie
| 15.140 d > c RJOI foster
| 15.150 c > d NJOI reason=cookie
| 15.160 d: search rp
| ...
| 16.050 a > b TICK 1/16
| 16.060 b > c TICK 1/9 detached
| 16.060 b > c TICK 1/16
| 16.303 d > rp ROOT
| 16.313 rp > d TOOR root=a tick=1/15
| 16.323 d > a RJOI foster
| 16.333 a > d NJOI reason=cookie
| 16.343 d > b RJOI foster
| 16.353 b > d NJOI reason=cookie
| 16.363 d > c RJOI foster
| 16.373 c > d NJOI reason=cookie
| 16.383 d > c RJOI foster
| 16.393 c: child d
| 16.393 c > d YJOI
| 16.403 d: joined c
| 17.050 a > b TICK 1/17
| 17.060 b > c TICK 1/16
| 17.393 c > d TICK 1/16
| 18.050 a > b TICK 1/18
| 18.060 b > c TICK 1/17
| 18.393 c > d TICK 1/17
