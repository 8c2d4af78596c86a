# [E6]: a rendezvous point that was started again has its state. The root that it has stored is asked as soon as
# somebody else asks for it, and then named. Its next refresh has a cookie of before, and gets no answer; the one
# after that proves itself anew.
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
| 6.782 c > rp ROOT
| 6.792 rp > c TOOR root=a tick=1/0
| 6.802 c > a RJOI foster
| 6.812 a > c NJOI reason=cookie
| 6.822 c > a RJOI foster
| 6.832 a: child c
| 6.832 a > c YJOI
| 6.842 c: joined a
| 6.842 c > a PING path
| 6.852 a > c PONG link
| 9.080 a > rp RREG tick=1/9
| 11.080 a > rp RREG tick=1/11
| 11.090 rp > a NREG reason=cookie
| 11.100 a > rp RREG tick=1/11
| 11.110 rp > a YREG tick=1/11
