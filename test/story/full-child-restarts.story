# [J6]: a child that was started again has another id, and asks for the place that it had: to who asks, its own is
# free.
set profile=full children=1 policy=shallow
start a
run 1
start b
run 6.5
show sent events
hide RREG,YREG,TICK,RPRT,PING,PONG,PATH
restart b
run 30
| 7.500 b: search rp
| 7.500 b > rp ROOT
| 7.510 rp > b TOOR root=a tick=1/6
| 7.520 b > a RJOI join
| 7.530 a > b NJOI reason=cookie
| 7.540 b > a RJOI join
| 7.550 a: child b
| 7.550 a > b YJOI
| 7.560 b: joined a
