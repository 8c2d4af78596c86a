# [T6]: a report tells how many are in the subtree, and how many hops down there is a place. It goes up with every
# fifth tick; at once when there are more or fewer hops to a place, so that those above know a round trip later.
set profile=full children=1 policy=shallow
start a
run 1
start b
run 1
start c
run 3.5
show sent events
hide RREG,YREG,TICK,PING,PONG,PATH,ROOT,TOOR,RJOI,YJOI,NJOI
run 6
| 8.060 b > a RPRT size=2 room=1
| 8.100 c > b RPRT size=1 room=0
start d
run 4
| 11.500 d: search rp
| 11.550 a: child d
| 11.610 c: child d
| 11.610 c > b RPRT size=2 room=1
| 11.620 d: joined c
| 11.620 d > a LEAV
| 11.620 b > a RPRT size=3 room=2
| 11.630 a: child-left d
| 12.620 d > c RPRT size=1 room=0
leave d
run 3
| 15.500 d > c LEAV
| 15.510 c: child-left d
| 15.510 c > b RPRT size=1 room=0
| 15.520 b > a RPRT size=2 room=1
