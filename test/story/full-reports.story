# [T6]: a report tells how many are in the subtree, and how many hops down there is a place. It goes up with every
# fifth tick, and with the next one when a child has come or left; so those above know, one tick later each.
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
| 8.100 c > b RPRT size=1 room=0
| 9.060 b > a RPRT size=2 room=1
start d
run 4
| 11.500 d: search rp
| 11.550 a: child d
| 11.610 c: child d
| 11.620 d: joined c
| 11.620 d > a LEAV
| 11.630 a: child-left d
| 12.100 c > b RPRT size=2
| 12.620 d > c RPRT size=1 room=0
| 13.060 b > a RPRT size=3
| 13.100 c > b RPRT size=2 room=1
| 14.060 b > a RPRT size=3 room=2
leave d
run 3
| 15.500 d > c LEAV
| 15.510 c: child-left d
| 16.100 c > b RPRT size=1 room=0
| 17.060 b > a RPRT size=2 room=1
