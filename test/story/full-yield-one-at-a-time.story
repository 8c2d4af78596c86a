# [V5]: one at a time. d and e, which have a child each, look for a better place at once, and both hear of a short child of
# the root a. b makes way for one of them; h stays as long as b is a foster child, and the other is refused.
set profile=full policy=shallow children=1 improve=100 seed=3
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
run 95
show sent events
hide RREG,YREG,RPRT,TICK,PATH,PING,PONG
improve d
improve e
run 0.4
| 102.000 d > a RJOI probe passed=1/101
| 102.000 e > a RJOI probe passed=1/101
| 102.010 a > d NJOI reason=cookie
| 102.010 a > e NJOI reason=cookie
| 102.020 d > a RJOI join passed=1/101
| 102.020 e > a RJOI join passed=1/101
| 102.030 a: child d
| 102.030 a > d YJOI
| 102.030 a > e NJOI reason=full
| 102.040 d: joined a
| 102.040 d > c LEAV
| 102.040 e: parent-full a
| 102.040 e > b RJOI probe passed=1/101
| 102.040 b > a RJOI probe
| 102.050 c: child-left d
| 102.050 b > e NJOI reason=cookie
| 102.050 a > b NJOI reason=cookie
| 102.060 e > d RJOI probe passed=1/101
| 102.060 b > c RJOI probe
| 102.070 d > e NJOI reason=cookie
| 102.070 c > b NJOI reason=cookie
| 102.080 e > f RJOI probe passed=1/101
| 102.080 b > c RJOI join
| 102.090 f > e NJOI reason=cookie
| 102.090 c: child b
| 102.090 c > b YJOI
| 102.100 e > h RJOI probe passed=1/101
| 102.100 b: joined c
| 102.100 b > a LEAV
| 102.110 h > e NJOI reason=cookie
| 102.110 a: child-left b
