# [I6]: a base node was faster than b, who has proven its address and finds no other place; the base child has to go,
# and learns so at its next refresh [M12].
set profile=full policy=shallow children=1 refresh=20 guard=30
start a
run 1
show sent events
hide TICK,RPRT,PING,PONG,PATH,RREG,YREG
start b
run 0.012
start x base
run 1
| 1.000 b: search rp
| 1.000 b > rp ROOT
| 1.010 rp > b TOOR root=a tick=1/0
| 1.012 x: search rp
| 1.012 x > rp ROOT
| 1.020 b > a RJOI join
| 1.022 rp > x TOOR a
| 1.030 a > b NJOI reason=cookie
| 1.032 x > a RJOI
| 1.040 b > a RJOI join
| 1.042 a: child x
| 1.042 a > x YJOI
| 1.050 a: child-evicted x
| 1.050 a: child b
| 1.050 a > b YJOI
| 1.052 x: joined a
| 1.060 b: joined a
run 20
| 21.052 x > a RJOI
| 21.062 a > x NJOI b
| 21.072 x: parent-forgot a
| 21.072 x > b RJOI
| 21.082 b: child x
| 21.082 b > x YJOI
| 21.092 x: joined b
