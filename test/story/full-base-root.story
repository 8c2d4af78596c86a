# [F1] [F6]: under a base root a full member is the top of an enclave, with ticks of its own for its subtree; the base
# node ignores what stands in the request.
set profile=full policy=shallow improve=0
start a children=1 base
run 1
show sent events
start b
run 1
| 1.000 b: search rp
| 1.000 b > rp ROOT
| 1.010 rp > b TOOR root=a tick=1/0
| 1.020 b > a RJOI join
| 1.030 a: child b
| 1.030 a > b YJOI
| 1.040 b: joined a
start c
run 3
| 2.000 c: search rp
| 2.000 c > rp ROOT
| 2.010 rp > c TOOR root=a tick=1/0
| 2.020 c > a RJOI join
| 2.030 a > c NJOI b
| 2.040 c: parent-full a
| 2.040 c > b RJOI join
| 2.050 b > c NJOI reason=cookie
| 2.060 c > b RJOI join
| 2.070 b: child c
| 2.070 b > c YJOI
| 2.070 b > c PATH b
| 2.080 c: joined b
| 3.070 b > c TICK 0/2 enclave
| 3.080 c > b RPRT size=1 room=0
| 4.070 b > c TICK 0/3 enclave
# [F6] [D1]: data are bare, up and down.
show sent prints
hide TICK,RPRT,RREG,YREG
say c from the enclave
run 1
| 5.000 c > a DATA from the enclave
| 5.010 a > b DATA from the enclave
| 5.010 a prints from the enclave
| 5.020 b > c DATA from the enclave
| 5.020 b prints from the enclave
| 5.030 c prints from the enclave
say a from the root
run 1
| 6.000 a > b DATA from the root
| 6.000 a prints from the root
| 6.010 b > c DATA from the root
| 6.010 b prints from the root
| 6.020 c prints from the root
# [B1]: the enclave's top refreshes its place, and nobody else does.
show sent
hide TICK,RPRT,RREG,YREG,PING,PONG,PATH
run 120
| 121.040 b > a RJOI join passed=0/119
| 121.050 a > b YJOI
