# [B6]: the parent's program is gone, its host says so: three requests, three answers by ICMP, no waiting.
set children=1
start a
run 1
start b
run 1
start c
run 1
stop b closed
run 118
show sent events
run 3
| 122.060 c > b RJOI
| 122.080 c > b RJOI
| 122.100 c > b RJOI
| 122.120 c: unreachable b
| 122.120 c: search rp
| 122.120 c > rp ROOT
| 122.130 rp > c TOOR a
| 122.140 c > a RJOI
| 122.150 a > c NJOI b
| 122.160 c: parent-full a
| 122.160 c > b RJOI
| 122.180 c > b RJOI
| 122.200 c > b RJOI
| 122.220 c: unreachable b
| 122.220 c: search rp
| 122.220 c > rp ROOT
| 122.230 rp > c TOOR a
| 122.240 c > a RJOI
| 122.250 a > c NJOI b
| 122.260 c: parent-full a
| 122.260 c > b RJOI
| 122.280 c > b RJOI
| 122.300 c > b RJOI
| 122.320 c: unreachable b
| 122.320 c: search rp
| 123.220 c > rp ROOT
| 123.230 rp > c TOOR a
| 123.240 c > a RJOI
| 123.250 a > c NJOI b
| 123.260 c: parent-full a
| 123.260 c > b RJOI
| 123.280 c > b RJOI
| 123.300 c > b RJOI
| 123.320 c: unreachable b
| 123.320 c: search rp
