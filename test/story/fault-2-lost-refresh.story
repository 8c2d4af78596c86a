# Fault 2: one lost refresh (no repetition) makes the parent drop a live child.
set tries=1
start a
run 1
start b
run 1
lose b a RJOI 1
show sent events
run 300
| 120.040 a > rp RREG
| 120.050 rp > a YREG
| 121.040 b > a RJOI (lost)
| 181.030 a: child-expired b
| 240.060 a > rp RREG
| 240.070 rp > a YREG
| 241.040 b > a RJOI
| 241.050 a: child b
| 241.050 a > b YJOI
