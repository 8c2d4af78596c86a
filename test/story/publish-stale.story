# [P7]: what a source sends to a former root is dropped there; when the cache has aged, it asks again.
set rdv-guard=20 refresh=15
show events
start a
run 1
start s
run 1
lose a rp RREG 4
run 20
start c
run 10
| 0.000 a: search rp
| 0.030 rp: root-registered a
| 0.040 a: root rp
| 1.000 s: search rp
| 1.030 a: child s
| 1.040 s: joined a
| 20.030 rp: root-expired a
| 22.000 c: search rp
| 22.030 rp: root-registered c
| 22.040 c: root rp
| 28.751 a: root-lost rp
| 28.751 a: search rp
| 28.781 c: child a
| 28.791 a: joined c
show sent prints
say s to the former root
run 1
run 40
| 32.000 s > a DATA to the former root
| 37.040 c > rp RREG
| 37.050 rp > c YREG
| 43.791 a > c RJOI
| 43.801 c > a YJOI
| 46.080 s > a RJOI
| 46.090 a > s YJOI
| 52.060 c > rp RREG
| 52.070 rp > c YREG
| 58.811 a > c RJOI
| 58.821 c > a YJOI
| 61.100 s > a RJOI
| 61.110 a > s YJOI
| 67.080 c > rp RREG
| 67.090 rp > c YREG
show sent prints
say s to the root
run 0.1
| 73.000 s > rp ROOT
| 73.010 rp > s TOOR c
| 73.020 s > c DATA to the root
| 73.030 c > a DATA to the root
| 73.030 c prints to the root
| 73.040 a > s DATA to the root
| 73.040 a prints to the root
| 73.050 s prints to the root
