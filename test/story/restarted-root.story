# [M5]: a restarted root that is told its own endpoint registers again.
start a
run 1
stop a closed
run 5
show sent events
restart a
run 1
| 6.000 a: search rp
| 6.000 a > rp ROOT
| 6.010 rp > a TOOR a
| 6.020 a > rp RREG
| 6.030 rp > a YREG
| 6.040 a: root rp
