# [T4] [T5] [V3]: c gets no ticks any more, though its parent answers. When the tick has stood still for 5 s, c is
# detached, and says so to d. It gives those above 3 s, and up to half as much again, then looks for another parent,
# and keeps the one it has until then. d is told, and stays.
set profile=full policy=shallow
start a children=2
run 1
start x children=0
run 1
start b children=1
run 3
start c children=1
run 3
start d
run 4
leave x
run 0.5
show sent events
hide RREG,YREG,RPRT,PING,PONG,PATH
lose b c TICK 99
run 11
| 13.050 a > b TICK 1/13
| 13.090 b > c TICK 1/13 (lost)
| 13.110 c > d TICK 1/12
| 14.050 a > b TICK 1/14
| 14.090 b > c TICK 1/14 (lost)
| 14.110 c > d TICK 1/12
| 15.050 a > b TICK 1/15
| 15.090 b > c TICK 1/15 (lost)
| 15.110 c > d TICK 1/12
| 16.050 a > b TICK 1/16
| 16.090 b > c TICK 1/16 (lost)
| 16.110 c > d TICK 1/12
| 17.050 a > b TICK 1/17
| 17.090 b > c TICK 1/17 (lost)
| 17.100 c > d TICK 1/12 detached
| 18.050 a > b TICK 1/18
| 18.090 b > c TICK 1/18 (lost)
| 18.100 c > d TICK 1/12 detached
| 19.050 a > b TICK 1/19
| 19.090 b > c TICK 1/19 (lost)
| 19.100 c > d TICK 1/12 detached
| 20.050 a > b TICK 1/20
| 20.090 b > c TICK 1/20 (lost)
| 20.100 c > d TICK 1/12 detached
| 20.672 c > a RJOI probe passed=1/12
| 20.682 a > c NJOI reason=cookie
| 20.692 c > a RJOI join passed=1/12
| 20.702 a: child c
| 20.702 a > c YJOI
| 20.712 c: joined a
| 20.712 c > b LEAV
| 20.712 c > d TICK 1/20
| 20.722 b: child-left c
| 21.050 a > b TICK 1/21
| 21.050 a > c TICK 1/21
| 21.712 c > d TICK 1/21
| 22.050 a > b TICK 1/22
| 22.050 a > c TICK 1/22
| 22.712 c > d TICK 1/22
| 23.050 a > b TICK 1/23
| 23.050 a > c TICK 1/23
