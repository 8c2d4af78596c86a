# [J4] [J5]: a candidate that is known to be full is asked three times, after 300, 600 and 1,200 ms given up, and the
# next one asked.
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
| 7.020 c > a RJOI foster
| 7.030 a > c NJOI reason=cookie
| 7.040 c > b RJOI foster
| 7.340 c > b RJOI foster
| 7.940 c > b RJOI foster
| 9.140 c: candidate-silent b
| 9.140 c > k RJOI foster
| 9.150 k > c NJOI reason=cookie
| 9.160 c > k RJOI foster
| 9.170 k: child c
| 9.170 k > c YJOI
| 9.180 c: joined k
| 9.180 c > k PING path
| 9.190 k > c PATH k a
| 9.190 k > c PONG link
