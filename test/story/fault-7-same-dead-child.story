# Fault 7: a descent that timed out starts over and picks the same dead child again.
set children=1
start a
run 1
start b
run 1
stop b silent
show sent events
start c
run 12
| 2.000 c: search rp
| 2.000 c > rp ROOT
| 2.010 rp > c TOOR a
| 2.020 c > a RJOI
| 2.030 a > c NJOI b
| 2.040 c: parent-full a
| 2.040 c > b RJOI
| 3.040 c > b RJOI
| 4.040 c > b RJOI
| 5.040 c: unreachable b
| 5.040 c: search rp
| 5.040 c > rp ROOT
| 5.050 rp > c TOOR a
| 5.060 c > a RJOI
| 5.070 a > c NJOI b
| 5.080 c: parent-full a
| 5.080 c > b RJOI
| 6.080 c > b RJOI
| 7.080 c > b RJOI
| 8.080 c: unreachable b
| 8.080 c: search rp
| 8.080 c > rp ROOT
| 8.090 rp > c TOOR a
| 8.100 c > a RJOI
| 8.110 a > c NJOI b
| 8.120 c: parent-full a
| 8.120 c > b RJOI
| 9.120 c > b RJOI
| 10.120 c > b RJOI
| 11.120 c: unreachable b
| 11.120 c: search rp
| 11.120 c > rp ROOT
| 11.130 rp > c TOOR a
| 11.140 c > a RJOI
| 11.150 a > c NJOI b
| 11.160 c: parent-full a
| 11.160 c > b RJOI
| 12.160 c > b RJOI
| 13.160 c > b RJOI
