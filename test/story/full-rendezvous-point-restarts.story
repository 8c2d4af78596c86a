# [E6] [E4]: a rendezvous point that was started again has its state, and names the root that it has stored. That
# is asked as soon as somebody else asks for it; who does not take it for dead need not wait. Its next refresh has
# a cookie of before, and gets no answer; the one after that proves itself anew.
set profile=full policy=shallow
start a
run 1
start b
run 5.5
show sent events
hide RPRT,TICK,PATH
restart rp
start c
run 6
| 6.500 c: search rp
| 6.500 c > rp ROOT
| 6.510 rp: root-probed a
| 6.510 rp > a PING
| 6.510 rp > c TOOR reason=probing root=a tick=1/0
| 6.520 a > rp PONG link
| 6.520 c > a RJOI join
| 6.530 a > c NJOI reason=cookie
| 6.540 c > a RJOI join
| 6.550 a: child c
| 6.550 a > c YJOI
| 6.560 c: joined a
| 9.080 a > rp RREG tick=1/9
| 11.080 a > rp RREG tick=1/11
| 11.090 rp > a NREG reason=cookie
| 11.100 a > rp RREG tick=1/11
| 11.110 rp > a YREG tick=1/11
