# [V5]: b, c and h hang on the root a, which has no fourth place. c has two children with a child each, h has one child,
# b none. c ends. One of its children gets its place; the other, too, gets one: of b and h, b is shorter, and makes
# way. It keeps its link for so long, hears in a tick that it has to go, asks whom the root names, and goes down. What
# the root says meanwhile all have once.
set profile=full policy=shallow children=1 improve=100 seed=3
start a children=3
run 1
start b children=0
run 1
start h
run 1
start c children=2
run 1
start d
run 1
start e
run 1
start i
run 1
start f
run 1
start g
run 93.5
show sent events prints
hide RREG,YREG,RPRT
stop c closed
run 0.85
say a one
run 0.2
| 102.050 a > b TICK 1/102
| 102.050 a > h TICK 1/102
| 102.050 a > c TICK 1/102
| 102.070 a > c PING
| 102.090 h > d TICK 1/102
| 102.090 a: child-expired c
| 102.110 i > g TICK 1/101
| 102.130 e > f TICK 1/101
| 102.250 i > c PING
| 102.250 e > c PING
| 102.270 i: unreachable c
| 102.270 i: search c
| 102.270 e: unreachable c
| 102.270 e: search c
| 102.270 i > g TICK 1/101 detached
| 102.270 e > f TICK 1/101 detached
| 102.280 i > a RJOI join passed=1/101 dead=c
| 102.285 e > a RJOI join passed=1/101 dead=c
| 102.290 a > i NJOI reason=cookie
| 102.295 a > e NJOI reason=cookie
| 102.300 i > a RJOI join passed=1/101 dead=c
| 102.305 e > a RJOI join passed=1/101 dead=c
| 102.310 a: child i
| 102.310 a > i YJOI
| 102.310 a > i PATH a
| 102.315 a: child e
| 102.315 a > e YJOI
| 102.315 a > e PATH a
| 102.315 a > b TICK 1/103 yield
| 102.315 a > h TICK 1/103
| 102.315 a > i TICK 1/103
| 102.315 a > e TICK 1/103
| 102.320 i: joined a
| 102.320 i > g PATH i a
| 102.320 i > g TICK 1/102
| 102.325 e: joined a
| 102.325 b > a RJOI probe
| 102.325 e > f PATH e a
| 102.325 e > f TICK 1/103
| 102.335 a > b NJOI reason=cookie
| 102.345 b > h RJOI probe
| 102.350 a > b MDAT 1/1 one
| 102.350 a > h MDAT 1/1 one
| 102.350 a > i MDAT 1/1 one
| 102.350 a > e MDAT 1/1 one
| 102.350 a prints one
| 102.355 h > b NJOI reason=cookie
| 102.360 b prints one
| 102.360 h > d MDAT 1/1 one
| 102.360 h prints one
| 102.360 i > g MDAT 1/1 one
| 102.360 i prints one
| 102.360 e > f MDAT 1/1 one
| 102.360 e prints one
| 102.365 b > d RJOI probe
| 102.370 d prints one
| 102.370 g prints one
| 102.370 f prints one
| 102.375 d > b NJOI reason=cookie
| 102.385 b > d RJOI join
| 102.395 d: child b
| 102.395 d > b YJOI
| 102.395 d > b PATH d h a
| 102.405 b: joined d
| 102.405 b > a LEAV
| 102.415 a: child-left b
