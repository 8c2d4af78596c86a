# [E8]: each group has a root of its own. The members of `jazz` and the base node, of the base group, do not meet.
set profile=full policy=shallow group=jazz
start x base
run 1
show sent events
hide TICK,RPRT,PING,PONG,PATH
start a
run 1
| 1.000 a: search rp
| 1.000 a > rp ROOT group=jazz
| 1.010 rp > a TOOR
| 1.020 a > rp RREG group=jazz
| 1.030 rp: root-registered a
| 1.030 rp > a YREG tick=1/0
| 1.040 a: root rp
start b
run 1
| 2.000 b: search rp
| 2.000 b > rp ROOT group=jazz
| 2.010 rp > b TOOR root=a tick=1/0
| 2.020 b > a RJOI join group=jazz
| 2.030 a > b NJOI reason=cookie group=jazz
| 2.040 b > a RJOI join group=jazz
| 2.050 a: child b
| 2.050 a > b YJOI group=jazz
| 2.060 b: joined a
# A base node knows no groups: it gets no answer here.
forge x a RJOI
run 0.5
|
show prints
say x to the base group
say b to the jazz group
run 1
| 3.500 x prints to the base group
| 3.510 a prints to the jazz group
| 3.520 b prints to the jazz group
