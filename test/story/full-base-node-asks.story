# [E4]: the root is gone, and nobody of the full profile is there to complain. A base node that asks for it cannot
# prove anything; but as the root was not heard of for 10.5 s, three and a half refreshes, its question leads to one.
set profile=full policy=shallow
start a
run 3.5
stop a silent
run 7.5
show sent events
start x base
run 14
| 11.000 x: search rp
| 11.000 x > rp ROOT
| 11.010 rp > x TOOR a
| 11.020 x > a RJOI
| 12.020 x > a RJOI
| 13.020 x > a RJOI
| 14.020 x: unreachable a
| 14.020 x: search rp
| 14.020 x > rp ROOT
| 14.030 rp: root-probed a
| 14.030 rp > a PING
| 14.030 rp > x TOOR a
| 14.040 x > a RJOI
| 14.363 rp > a PING
| 14.697 rp > a PING
| 15.030 rp > a PING
| 15.040 x > a RJOI
| 15.363 rp > a PING
| 15.697 rp > a PING
| 16.030 rp: root-dead a
| 16.040 x > a RJOI
| 17.040 x: unreachable a
| 17.040 x: search rp
| 17.040 x > rp ROOT
| 17.050 rp > x TOOR
| 17.060 x > rp RREG
| 17.070 rp: root-registered x
| 17.070 rp > x YREG
| 17.080 x: root rp
