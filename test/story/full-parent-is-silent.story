# [T3] [O1]: c has heard of b at 12.100 for the last time. After a tick and 150 ms it asks, ten times, and gives b up
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
| 12.090 b > c TICK 1/12
stop b silent
run 4.1
| 13.050 a > b TICK 1/13
| 13.250 c > b PING
| 13.400 c > b PING
| 13.550 c > b PING
| 13.700 c > b PING
| 13.850 c > b PING
| 14.000 c > b PING
| 14.050 a > b TICK 1/14
| 14.150 c > b PING
| 14.300 c > b PING
| 14.450 c > b PING
| 14.600 c > b PING
| 14.750 c: unreachable b
| 14.750 c: search b
| 14.755 c > a RJOI join dead=b
| 14.765 a > c NJOI reason=cookie
| 14.775 c > a RJOI join dead=b
| 14.785 a > b PING
| 14.785 a: child c
| 14.785 a > c YJOI
| 14.785 a > c PATH a
| 14.795 c: joined a
| 14.935 a > b PING
| 15.050 a > b TICK 1/15
| 15.050 a > c TICK 1/15
| 15.085 a > b PING
| 15.235 a > b PING
| 15.385 a > b PING
| 15.535 a > b PING
| 15.685 a > b PING
| 15.835 a > b PING
| 15.985 a > b PING
| 16.050 a > b TICK 1/16
| 16.050 a > c TICK 1/16
| 16.135 a > b PING
| 16.285 a: child-expired b
