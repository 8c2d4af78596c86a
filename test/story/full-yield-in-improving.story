# [V5]: d looks for a better place, and hears from the root a how tall its shortest child is. d, which has a child, is
# taller, and asks for that place: b makes way.
set profile=full policy=shallow children=1 improve=100 seed=3
start a children=2
run 1
start b children=0
run 1
start c
run 1
start d
run 1
start e
run 98
show sent events
hide RREG,YREG,RPRT,PATH,PING,PONG
improve d
run 1.2
| 102.000 d > a RJOI probe passed=1/101
| 102.010 a > d NJOI reason=cookie
| 102.020 d > a RJOI join passed=1/101
| 102.030 a: child d
| 102.030 a > d YJOI
| 102.030 a > b TICK 1/103 yield
| 102.030 a > c TICK 1/103
| 102.030 a > d TICK 1/103
| 102.040 d: joined a
| 102.040 d > c LEAV
| 102.040 b > a RJOI probe
| 102.040 d > e TICK 1/103
| 102.050 c: child-left d
| 102.050 a > b NJOI reason=cookie
| 102.060 b > c RJOI probe
| 102.070 c > b NJOI reason=cookie
| 102.080 b > c RJOI join
| 102.090 c: child b
| 102.090 c > b YJOI
| 102.100 b: joined c
| 102.100 b > a LEAV
| 102.110 a: child-left b
| 103.030 a > d TICK 1/104
| 103.030 a > c TICK 1/104
| 103.040 d > e TICK 1/103
| 103.090 c > b TICK 1/104
