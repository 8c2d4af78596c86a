# [J4] [J5]: a candidate that is known to be full is asked three times, after 300, 600 and 1,200 ms given up, and
# the next one asked.
set profile=full policy=shallow
start a children=2
run 1
start b
start k
run 6
stop b silent
show sent events
hide RREG,YREG,TICK,RPRT
start c
run 4
| 7.000 c: search rp
| 7.000 c > rp ROOT
| 7.010 rp > c TOOR root=a tick=1/6
| 7.020 c > a RJOI join
| 7.030 a > c NJOI reason=cookie
| 7.040 c > a RJOI shelter
| 7.050 a: child c
| 7.050 a > c YJOI reason=foster
| 7.060 c > b RJOI join
| 7.360 c > b RJOI join
| 7.960 c > b RJOI join
| 9.160 c: candidate-silent b
| 9.160 c > k RJOI join
| 9.170 k > c NJOI reason=cookie
| 9.180 c > k RJOI join
| 9.190 k: child c
| 9.190 k > c YJOI
| 9.190 k > c PATH k a
| 9.200 c: joined k
| 9.200 c > a LEAV
| 9.210 a: child-left c
