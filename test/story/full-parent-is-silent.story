# [T3] [O1]: c has heard of b at 12.120 for the last time. After a tick and 150 ms it asks, ten times, and gives b up
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
| 12.110 b > c TICK 1/12
stop b silent
run 4.1
| 13.050 a > b TICK 1/13
| 13.270 c > b PING
| 13.420 c > b PING
| 13.570 c > b PING
| 13.720 c > b PING
| 13.870 c > b PING
| 14.020 c > b PING
| 14.050 a > b TICK 1/14
| 14.170 c > b PING
| 14.320 c > b PING
| 14.470 c > b PING
| 14.620 c > b PING
| 14.770 c: unreachable b
| 14.770 c: search b
| 14.775 c > a RJOI join dead=b
| 14.785 a > c NJOI reason=cookie
| 14.795 c > a RJOI join dead=b
| 14.805 a > b PING
| 14.805 a: child c
| 14.805 a > c YJOI
| 14.805 a > c PATH a
| 14.815 c: joined a
| 14.955 a > b PING
| 15.050 a > b TICK 1/15
| 15.050 a > c TICK 1/15
| 15.105 a > b PING
| 15.255 a > b PING
| 15.405 a > b PING
| 15.555 a > b PING
| 15.705 a > b PING
| 15.855 a > b PING
| 16.005 a > b PING
| 16.050 a > b TICK 1/16
| 16.050 a > c TICK 1/16
| 16.155 a > b PING
| 16.305 a: child-expired b
