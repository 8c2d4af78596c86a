# [T3] [J6]: the parent was started again, and knows its child no more: it answers, but without LINK. At its own
# parent it is a new child, as it has another id.
set profile=full policy=shallow
start a children=2
run 1
start x children=0
run 1
start b
run 5
start c
run 4.3
leave x
run 1
show sent events
hide RREG,YREG
restart b
run 2
| 12.300 b: search rp
| 12.300 b > rp ROOT
| 12.310 rp > b TOOR root=a tick=1/12
| 12.320 b > a RJOI join
| 12.330 a > b NJOI reason=cookie
| 12.340 b > a RJOI join
| 12.350 a: child b
| 12.350 a > b YJOI
| 12.350 a > b PATH a
| 12.360 b: joined a
| 13.050 a > b TICK 1/13
| 13.060 b > a RPRT size=1 room=0
| 13.250 c > b PING
| 13.260 b > c PONG
| 13.270 c: parent-forgot b
| 13.270 c: search b
| 13.275 c > a RJOI join
| 13.285 a > c NJOI reason=cookie
| 13.295 c > a RJOI join
| 13.305 a: child c
| 13.305 a > c YJOI
| 13.305 a > c PATH a
| 13.315 c: joined a
| 14.050 a > b TICK 1/14
| 14.050 a > c TICK 1/14
| 14.060 c > a RPRT size=1 room=0
