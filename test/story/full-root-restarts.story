# [E1] [T3]: a root that is started again is another one, by its id, and gets a later epoch. The child notices, as the
# new program does not know it, and joins again; c, below it, moves into the new epoch with it.
set profile=full policy=shallow
start a children=1
run 1
start b
run 1
start c
run 4.5
show sent events
hide RPRT
restart a
run 2
| 6.500 a: search rp
| 6.500 a > rp ROOT
| 6.510 rp > a TOOR root=a tick=1/6
| 6.520 a > rp RREG
| 6.530 rp: root-registered a
| 6.530 rp > a YREG tick=2/0
| 6.540 a: root rp
| 7.090 b > c TICK 1/6
| 7.210 b > a PING
| 7.220 a > b PONG
| 7.230 b: parent-forgot a
| 7.230 b: search a
| 7.230 b > c TICK 1/6 detached
| 7.248 b: search rp
| 7.248 b > rp ROOT tick=1/6
| 7.258 rp > b TOOR root=a tick=2/0
| 7.268 b > a RJOI join passed=1/6
| 7.278 a > b NJOI reason=cookie
| 7.288 b > a RJOI join passed=1/6
| 7.298 a: child b
| 7.298 a > b YJOI
| 7.298 a > b PATH a
| 7.308 b: joined a
| 7.308 b > c PATH b a
| 7.308 b > c TICK 2/1
| 8.298 a > b TICK 2/2
| 8.308 b > c TICK 2/1
