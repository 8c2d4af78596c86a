# [J6] [T1] [T6]: who joins gets a cookie first, and a place for it, and the root path with that. Then a tick comes
# down each second, and a report goes up with the first one and every fifth after it. There is no refresh.
set profile=full
start a
run 1
show sent events
hide RREG,YREG
start b
run 8
| 1.000 b: search rp
| 1.000 b > rp ROOT
| 1.010 rp > b TOOR root=a tick=1/0
| 1.020 b > a RJOI probe
| 1.030 a > b NJOI reason=cookie
| 1.040 b > a PING
| 1.050 a > b PONG
| 1.060 b > a RJOI join
| 1.070 a: child b
| 1.070 a > b YJOI
| 1.070 a > b PATH a
| 1.080 b: joined a
| 2.070 a > b TICK 1/2
| 2.080 b > a RPRT size=1 room=0
| 3.070 a > b TICK 1/3
| 4.070 a > b TICK 1/4
| 5.070 a > b TICK 1/5
| 6.070 a > b TICK 1/6
| 7.070 a > b TICK 1/7
| 7.080 b > a RPRT size=1 room=0
| 8.070 a > b TICK 1/8
