# [T4] [T5] [N2]: b leaves. c tells those below it at once that they are detached; d and e wait. c, which has
# children, gets a place where the tick is newer than what it has passed on: the root makes such a tick for it.
set profile=full policy=shallow
start a children=3
run 1
start k children=0
start x children=0
run 1
start b children=1
run 3
start c children=1
run 3
start d children=1
run 3
start e
run 4
leave x
run 0.5
show sent events
hide RREG,YREG,RPRT,PATH
leave b
run 1
| 15.500 b > c LEAV
| 15.500 b > a LEAV
| 15.510 c: parent-left b
| 15.510 c: search b
| 15.510 a: child-left b
| 15.510 c > d TICK 1/15 detached
| 15.520 d > e TICK 1/15 detached
| 15.540 c > a RJOI join passed=1/15 dead=b
| 15.550 a > c NJOI reason=cookie
| 15.560 c > a RJOI join passed=1/15 dead=b
| 15.570 a: child c
| 15.570 a > c YJOI
| 15.580 c: joined a
| 15.580 c > d TICK 1/16
| 15.590 d > e TICK 1/16
| 16.050 a > k TICK 1/17
| 16.050 a > c TICK 1/17
