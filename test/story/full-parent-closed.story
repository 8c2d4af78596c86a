# [O2]: the parent's program is gone, and its host says so. Child and grandparent hear that with their next question,
# and need no second one: a PING whose nonce comes back in an ICMP error will not be answered.
set profile=full children=1 policy=shallow
start a
run 1
start b
run 1
start c
run 5.5
stop b closed
show sent events
hide RREG,YREG
run 2
| 8.050 a > b TICK 1/8
| 8.070 a > b PING
| 8.090 a: child-expired b
| 8.250 c > b PING
| 8.270 c: unreachable b
| 8.270 c: search b
| 8.303 c > a RJOI join dead=b
| 8.313 a > c NJOI reason=cookie
| 8.323 c > a RJOI join dead=b
| 8.333 a: child c
| 8.333 a > c YJOI
| 8.333 a > c PATH a
| 8.343 c: joined a
| 9.050 a > c TICK 1/9
| 9.060 c > a RPRT size=1 room=0
