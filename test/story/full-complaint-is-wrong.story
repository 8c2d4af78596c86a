# [E4]: c could not reach the root, and complains; the root answers the rendezvous point, and stays. c goes on asking,
# and tries the root again when 4 s are over.
set profile=full policy=shallow
start a
run 1
start b
run 5.5
lose c a * 4
start c
run 4.515
show sent events
hide RPRT,TICK,RREG,YREG
run 5
| 11.020 c: candidate-silent a
| 11.020 c: search rp
| 11.020 c > rp ROOT dead=a
| 11.030 rp: root-probed a
| 11.030 rp > a PING
| 11.030 rp > c TOOR reason=probing root=a tick=1/9
| 11.040 a > rp PONG link
| ...
| 15.106 c > rp ROOT
| 15.116 rp > c TOOR root=a tick=1/12
| 15.126 c > a RJOI foster
| 15.136 a > c NJOI reason=cookie
| 15.146 c > a RJOI foster
| 15.156 a: child c
| 15.156 a > c YJOI
| 15.166 c: joined a
| 15.166 c > a PING path
| 15.176 a > c PATH a
| 15.176 a > c PONG link
