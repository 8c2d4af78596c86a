# [I6] [J6]: the only place has a base node. It counts as free all the same: b, who is proven, asks for it, and has it.
set profile=full policy=shallow children=1
start a
run 1
start x base
run 1
show sent events
hide TICK,RPRT,PING,PONG,PATH,RREG,YREG
start b
run 1
| 2.000 b: search rp
| 2.000 b > rp ROOT
| 2.010 rp > b TOOR root=a tick=1/0
| 2.020 b > a RJOI join
| 2.030 a > b NJOI reason=cookie
| 2.040 b > a RJOI join
| 2.050 a: child-evicted x
| 2.050 a: child b
| 2.050 a > b YJOI
| 2.060 b: joined a
