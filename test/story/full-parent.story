# [C3] [M10]: a full node names its children, and the joiner goes down to one of them.
set children=1
start a
run 1
start b
run 1
show sent events
start c
run 1
| 2.000 c: search rp
| 2.000 c > rp ROOT
| 2.010 rp > c TOOR a
| 2.020 c > a RJOI
| 2.030 a > c NJOI b
| 2.040 c: parent-full a
| 2.040 c > b RJOI
| 2.050 b: child c
| 2.050 b > c YJOI
| 2.060 c: joined b
