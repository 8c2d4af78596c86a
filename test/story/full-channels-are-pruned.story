# [K2]: what members want they tell upwards with their reports, at once where it has changed: the parent passes on the
# rest no more [K3]. a is the root, b and c are its children, d is the child of b.
set profile=full policy=shallow children=2
start a
run 1.5
start b children=2
run 2.5
start c children=0
run 2.5
start d children=0
run 12
want b
want c 3
show sent
hide TICK,PING,PONG,RREG,YREG,MACK
want d 4
run 0.2
| 18.500 d > b RPRT size=1 wanted=10
| 18.510 b > a RPRT size=2 room=0 wanted=10
say a #3 for c
say a #4 for d
say a #5 for nobody
say a for who wants all
run 0.2
| 18.700 a > c MDAT #3 1/1 for c
| 18.700 a > b MDAT #4 1/2 for d
| 18.710 b > d MDAT #4 1/2 for d
# Who begins to want something has it as soon as that is known above; it is told again with the next two ticks.
want d 4 5
run 0.1
| 18.900 d > b RPRT size=1 wanted=30
| 18.910 b > a RPRT size=2 room=0 wanted=30
say a #5 for d
run 0.1
| 19.000 a > b MDAT #5 1/5 for d
| 19.010 b > d MDAT #5 1/5 for d
run 2.2
| 19.560 b > a RPRT size=2 room=0 wanted=30
| 19.600 d > b RPRT size=1 wanted=30
| 20.560 b > a RPRT size=2 room=0 wanted=30
| 20.600 d > b RPRT size=1 wanted=30
