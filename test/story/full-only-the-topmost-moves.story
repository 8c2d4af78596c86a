# [T4] [T5] [N2]: b leaves. c tells those below it at once that they are detached; d and e wait. c, which has
# children, gets a place when the root's tick is newer than what c has passed on: before, it could be below itself.
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
| 15.570 a > c NJOI reason=stale
| 15.580 c: parent-full a
| 15.880 c > a RJOI join passed=1/15 dead=b
| 15.890 a > c NJOI reason=stale
| 15.900 c: parent-full a
| 16.050 a > k TICK 1/16
| 16.200 c > a RJOI join passed=1/15 dead=b
| 16.210 a: child c
| 16.210 a > c YJOI
| 16.220 c: joined a
| 16.220 c > a PING path
| 16.220 c > d TICK 1/16
| 16.230 a > c PONG link
| 16.230 d > c PING path
| 16.230 d > e TICK 1/16
| 16.240 c > d PONG link
| 16.240 c > d TICK 1/16
| 16.250 d > e TICK 1/16
| 16.260 e > d PING path
| 16.270 d > e PONG link
