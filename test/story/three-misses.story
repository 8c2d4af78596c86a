# [B5] [B7]: a parent that leaves three requests in a row unanswered is gone; the child asks the RP again.
set children=1
start a
run 1
start b
run 1
start c
run 1
stop b silent
show sent events
run 125
| 120.040 a > rp RREG
| 120.050 rp > a YREG
| 122.060 c > b RJOI
| 123.060 c > b RJOI
| 124.060 c > b RJOI
| 125.060 c: unreachable b
| 125.060 c: search rp
| 125.060 c > rp ROOT
| 125.070 rp > c TOOR a
| 125.080 c > a RJOI
| 125.090 a > c NJOI b
| 125.100 c: parent-full a
| 125.100 c > b RJOI
| 126.100 c > b RJOI
| 127.100 c > b RJOI
