# [V4], [V5]: b and h hang on the root a, without a child; each would make way for one of c's children. One has made way,
# and can ask nobody for a while. Meanwhile the other leaves, so that there is a place again: b gets it, and does not
# have to go any more.
set profile=full policy=shallow children=1 improve=100
start a children=3
run 1
start b children=0
run 1
start h children=0
run 1
start c children=2
run 1
start d
run 1
start e
run 1
start f
run 1
start g
run 94.5
show sent events prints
hide RREG,YREG,RPRT,PATH,PING,PONG,ROOT,TOOR
lose b * RJOI 2
stop c closed
run 0.9
leave h
run 3
| 102.050 a > b TICK 1/102
| 102.050 a > h TICK 1/102
| 102.050 a > c TICK 1/102
| 102.090 a: child-expired c
| 102.110 e > g TICK 1/101
| 102.110 d > f TICK 1/101
| 102.270 e: unreachable c
| 102.270 e: search c
| 102.270 d: unreachable c
| 102.270 d: search c
| 102.270 e > g TICK 1/101 detached
| 102.270 d > f TICK 1/101 detached
| 102.273 e > a RJOI join passed=1/101 dead=c
| 102.283 a > e NJOI reason=cookie
| 102.288 d > a RJOI join passed=1/101 dead=c
| 102.293 e > a RJOI join passed=1/101 dead=c
| 102.298 a > d NJOI reason=cookie
| 102.303 a: child e
| 102.303 a > e YJOI
| 102.308 d > a RJOI join passed=1/101 dead=c
| 102.313 e: joined a
| 102.313 e > g TICK 1/102
| 102.318 a: child d
| 102.318 a > d YJOI
| 102.318 a > b TICK 1/103 yield
| 102.318 a > h TICK 1/103
| 102.318 a > e TICK 1/103
| 102.318 a > d TICK 1/103
| 102.328 d: joined a
| 102.328 b > a RJOI probe (lost)
| 102.328 d > f TICK 1/103
| 102.400 h > a LEAV
| 102.410 a: child-left h
| 102.628 b > a RJOI probe (lost)
| 103.228 b > a RJOI probe
| 103.238 a > b NJOI reason=cookie
| 103.248 b > a RJOI join
| 103.258 a > b YJOI
| 103.313 e > g TICK 1/103
| 103.318 a > b TICK 1/104
| 103.318 a > d TICK 1/104
| 103.318 a > e TICK 1/104
| 103.328 d > f TICK 1/103
| 104.313 e > g TICK 1/104
| 104.318 a > b TICK 1/105
| 104.318 a > d TICK 1/105
| 104.318 a > e TICK 1/105
| 104.328 d > f TICK 1/104
| 105.313 e > g TICK 1/105
| 105.318 a > b TICK 1/106
| 105.318 a > d TICK 1/106
| 105.318 a > e TICK 1/106
| 105.328 d > f TICK 1/105
