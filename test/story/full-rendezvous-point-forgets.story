# [E3] [T2]: a rendezvous point without its state learns from the root's refresh that there was an epoch, and gives
# it the one after that. The root begins it, with a new key, and tells the child before the first tick of it.
set profile=full policy=shallow rdv-forgets=1
start a
run 1
start b
run 5.5
show sent events
hide RPRT
restart rp
run 6
| 7.050 a > b TICK 1/7
| 8.050 a > b TICK 1/8
| 9.050 a > b TICK 1/9
| 9.080 a > rp RREG tick=1/9
| 10.050 a > b TICK 1/10
| 11.050 a > b TICK 1/11
| 11.080 a > rp RREG tick=1/11
| 11.090 rp > a NREG reason=cookie
| 11.100 a > rp RREG tick=1/11
| 11.110 rp: root-registered a
| 11.110 rp > a YREG tick=2/0
| 11.120 a > b PATH a
| 11.120 a > b TICK 2/2
| 12.120 a > b TICK 2/3
