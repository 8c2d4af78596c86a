# [T7] [K3]: who wants little cannot tell a parent that passes nothing on from one that spares it the rest, and stays.
# Once it wants all, only what comes from then on is owed.
set profile=full policy=shallow
start a
run 1.5
start b children=0
run 12
want b 3
show sent events
hide TICK,PING,PONG,RREG,YREG,MACK
run 1
say a #4 1
say a #4 2
say a #4 3
say a #4 4
say a #4 5
say a #4 6
say a #4 7
say a #4 8
say a #4 9
run 5.2
| 17.560 b > a RPRT size=1 wanted=8
# The report of more is lost; the next tick brings another.
lose b a RPRT
want b 3 4
run 1.5
say a #4 10
run 1
| 19.700 b > a RPRT size=1 wanted=18 (lost)
| 20.560 b > a RPRT size=1 wanted=18
| 21.200 a > b MDAT #4 1/10 10
| 21.560 b > a RPRT size=1 wanted=18
