# [T3] [O1]: c has heard of b at 12.080 for the last time. After a tick and 150 ms it asks, ten times, and gives b up
# 2.65 s after it was last heard of. Its grandparent learns who is dead, and asks, too: in vain.
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
show sent events
hide RREG,YREG,RPRT
run 1
| 11.310 a: child-left x
| 12.050 a > b TICK 1/12
| 12.070 b > c TICK 1/12
stop b silent
run 4
| 13.050 a > b TICK 1/13
| 13.230 c > b PING
| 13.380 c > b PING
| 13.530 c > b PING
| 13.680 c > b PING
| 13.830 c > b PING
| 13.980 c > b PING
| 14.050 a > b TICK 1/14
| 14.130 c > b PING
| 14.280 c > b PING
| 14.430 c > b PING
| 14.580 c > b PING
| 14.730 c: unreachable b
| 14.730 c: search b
| 14.735 c > a RJOI join dead=b
| 14.745 a > c NJOI reason=cookie
| 14.755 c > a RJOI join dead=b
| 14.765 a > b PING
| 14.765 a: child c
| 14.765 a > c YJOI
| 14.775 c: joined a
| 14.775 c > a PING path
| 14.785 a > c PATH a
| 14.785 a > c PONG link
| 14.915 a > b PING
| 15.050 a > b TICK 1/15
| 15.050 a > c TICK 1/15
| 15.065 a > b PING
| 15.215 a > b PING
| 15.365 a > b PING
| 15.515 a > b PING
| 15.665 a > b PING
| 15.815 a > b PING
| 15.965 a > b PING
| 16.050 a > b TICK 1/16
| 16.050 a > c TICK 1/16
| 16.115 a > b PING
| 16.265 a: child-expired b
