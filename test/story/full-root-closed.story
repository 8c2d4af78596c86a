# [E4] [O2]: the root's program is gone. Who complains, with proof, makes the rendezvous point ask the root; its host
# answers that question with an ICMP error, which quotes it. Meanwhile whoever asks is told to ask again soon.
set profile=full policy=shallow
start a
run 1
start b
start c
run 5.5
stop a closed
show sent events
hide RPRT,TICK
run 2
| 7.210 b > a PING
| 7.210 c > a PING
| 7.230 b: unreachable a
| 7.230 b: search a
| 7.230 c: unreachable a
| 7.230 c: search a
| 7.248 b: search rp
| 7.248 b > rp ROOT tick=1/6 dead=a
| 7.258 rp: root-probed a
| 7.258 rp > a PING
| 7.258 rp > b TOOR reason=probing root=a tick=1/6
| 7.276 c: search rp
| 7.276 c > rp ROOT tick=1/6 dead=a
| 7.278 rp: root-dead a
| 7.286 rp > c TOOR tick=1/6
| 7.296 c > rp RREG tick=1/6
| 7.306 rp: root-registered c
| 7.306 rp > c YREG tick=2/0
| 7.316 c: root rp
| 7.515 b > rp ROOT tick=1/6 dead=a
| 7.525 rp > b TOOR root=c tick=2/0
| 7.535 b > c RJOI join
| 7.545 c > b NJOI reason=cookie
| 7.555 b > c RJOI join
| 7.565 c: child b
| 7.565 c > b YJOI
| 7.565 c > b PATH c
| 7.575 b: joined c
