# [M12]: a parent that lost its entry for a child is full; the child goes down its list.
set children=1 guard=100
start a
run 1
start b
run 1
lose b a RJOI 1
run 102
show sent events
start c
run 40
| 104.000 c: search rp
| 104.000 c > rp ROOT
| 104.010 rp > c TOOR a
| 104.020 c > a RJOI
| 104.030 a: child c
| 104.030 a > c YJOI
| 104.040 c: joined a
| 120.040 a > rp RREG
| 120.050 rp > a YREG
| 121.040 b > a RJOI (lost)
| 122.040 b > a RJOI
| 122.050 a > b NJOI c
| 122.060 b: parent-forgot a
| 122.060 b > c RJOI
| 122.070 c: child b
| 122.070 c > b YJOI
| 122.080 b: joined c
