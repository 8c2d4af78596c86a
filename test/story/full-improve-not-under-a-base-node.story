# [V1] [F5]: b looks for a better place, and does not ask the base node x, which would take the question what it knows for
# one for a place, and be its parent, whatever the place is worth.
set profile=full policy=shallow children=1 improve=20
start a children=2
run 1
start c
run 1
start b children=0
run 1
start n
run 1
start x base
run 10
show sent events
hide RREG,YREG,RPRT,TICK,PATH,PING,PONG
improve b
run 3
| 14.000 b > a RJOI probe
| 14.010 a > b NJOI reason=cookie
| 14.020 b > c RJOI probe
| 14.030 c > b NJOI reason=cookie
| 14.040 b > n RJOI probe
| 14.050 n > b NJOI reason=cookie
