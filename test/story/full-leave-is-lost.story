# [T6] The LEAV of d, which has moved, is lost: b asks, and learns from the PONG without LINK that d has left.
set profile=full policy=shallow improve=0
start a children=2
run 1
start x children=0
run 1
start b
run 5
start d
run 4.3
leave x
run 1
show sent events
hide RREG,YREG,TICK,RPRT,PATH
lose d b LEAV 1
improve d
run 20
| 12.300 d > a RJOI probe
| 12.310 a > d NJOI reason=cookie
| 12.320 d > a RJOI join
| 12.330 a: child d
| 12.330 a > d YJOI
| 12.340 d: joined a
| 12.340 d > b LEAV (lost)
| 20.610 b > d PING
| 20.620 d > b PONG
| 20.630 b: child-left d
