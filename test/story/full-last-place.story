# [J7] [J1]: three ask for one place at the same time. The first gets it, the others are refused as full. Both go on to
# the first, where the same happens.
set profile=full children=1 policy=shallow
start a
run 1
show sent events
hide RREG,YREG,TICK,RPRT,PING,PONG,PATH
start b
start c
start d
run 1
| 1.000 b: search rp
| 1.000 b > rp ROOT
| 1.000 c: search rp
| 1.000 c > rp ROOT
| 1.000 d: search rp
| 1.000 d > rp ROOT
| 1.010 rp > b TOOR root=a tick=1/0
| 1.010 rp > c TOOR root=a tick=1/0
| 1.010 rp > d TOOR root=a tick=1/0
| 1.020 b > a RJOI join
| 1.020 c > a RJOI join
| 1.020 d > a RJOI join
| 1.030 a > b NJOI reason=cookie
| 1.030 a > c NJOI reason=cookie
| 1.030 a > d NJOI reason=cookie
| 1.040 b > a RJOI join
| 1.040 c > a RJOI join
| 1.040 d > a RJOI join
| 1.050 a: child b
| 1.050 a > b YJOI
| 1.050 a > c NJOI reason=full
| 1.050 a > d NJOI reason=full
| 1.060 b: joined a
| 1.060 c: parent-full a
| 1.060 c > b RJOI join
| 1.060 d: parent-full a
| 1.060 d > b RJOI join
| 1.070 b > c NJOI reason=cookie
| 1.070 b > d NJOI reason=cookie
| 1.080 c > b RJOI join
| 1.080 d > b RJOI join
| 1.090 b: child c
| 1.090 b > c YJOI
| 1.090 b > d NJOI reason=full
| 1.100 c: joined b
| 1.100 d: parent-full b
| 1.100 d > c RJOI join
| 1.110 c > d NJOI reason=cookie
| 1.120 d > c RJOI join
| 1.130 c: child d
| 1.130 c > d YJOI
| 1.140 d: joined c
