# [F5]: b, whom the base root names to c, is not known to be full, and c's first requests are lost: c becomes a base
# child of it. Its refresh begins with a full request. That gets a cookie, and c is a full child.
set profile=full policy=shallow improve=0 refresh=5 guard=8
start a base children=1
run 1
start b
run 1
show sent events
hide RREG,YREG
lose c b RJOI 3
start c
run 12
| 2.000 c: search rp
| 2.000 c > rp ROOT
| 2.010 rp > c TOOR root=a tick=1/0
| 2.020 c > a RJOI join
| 2.030 a > c NJOI b
| 2.040 c: parent-full a
| 2.040 c > b RJOI join (lost)
| 2.340 c > b RJOI join (lost)
| 2.940 c > b RJOI join (lost)
| 4.140 c > b RJOI
| 4.150 b: child c
| 4.150 b > c YJOI
| 4.160 c: joined b
| 6.040 b > a RJOI join passed=0/1
| 6.050 a > b YJOI
| 9.160 c > b RJOI join
| 9.170 b > c NJOI reason=cookie
| 9.180 c > b RJOI join
| 9.190 b: child c
| 9.190 b > c YJOI
| 9.190 b > c PATH b
| 10.190 b > c TICK 0/2 enclave
| 10.200 c > b RPRT size=1 room=0
| 11.060 b > a RJOI join passed=0/2
| 11.070 a > b YJOI
| 11.190 b > c TICK 0/3 enclave
| 12.190 b > c TICK 0/4 enclave
| 13.190 b > c TICK 0/5 enclave
