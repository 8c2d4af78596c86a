# [E5] [B2] [F5]: the rendezvous point is gone: the root goes on, and asks every 2 s, each sixteenth time bare; the tree
# does not notice. A newcomer waits.
set profile=full policy=shallow
start a
run 1
start b
run 5.5
show sent events
hide RPRT,TICK
stop rp silent
run 10
| 9.080 a > rp RREG tick=1/9
| 11.080 a > rp RREG tick=1/11
| 13.080 a > rp RREG tick=1/13
| 15.080 a > rp RREG tick=1/15
start c
run 2
| 16.500 c: search rp
| 16.500 c > rp ROOT
| 17.080 a > rp RREG tick=1/17
| 17.500 c > rp ROOT
# [E6]: it was started again, and names the root that it has stored, but does not believe in it until it answers.
restart rp
run 4
| 19.080 a > rp RREG tick=1/19
| 19.090 rp > a NREG reason=cookie
| 19.095 c > rp ROOT
| 19.100 a > rp RREG tick=1/19
| 19.105 rp: root-probed a
| 19.105 rp > a PING
| 19.105 rp > c TOOR reason=probing root=a tick=1/0
| 19.110 rp > a YREG tick=1/19
| 19.115 a > rp PONG link
| 19.115 c > a RJOI join
| 19.125 a > c NJOI reason=cookie
| 19.135 c > a RJOI join
| 19.145 a: child c
| 19.145 a > c YJOI
| 19.145 a > c PATH a
| 19.155 c: joined a
| 22.120 a > rp RREG tick=1/22
| 22.130 rp > a YREG tick=1/22
show sent prints
hide RPRT,TICK,RREG,YREG
say c hello
run 0.1
| 22.500 c > a MDAT hello
| 22.510 a > b MDAT 1/1 hello
| 22.510 a > c MDAT 1/1 hello
| 22.510 a prints hello
| 22.515 a > c MACK top=1
| 22.520 b prints hello
| 22.520 c prints hello
