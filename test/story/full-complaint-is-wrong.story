# [E4]: c could not reach the root, which has no children that could be named, and complains; the root answers the
# rendezvous point, and stays. c goes on asking, and tries the root again when 4 s are over.
set profile=full policy=shallow
start a
run 5.5
lose c a * 3
start c
run 2.11
show sent events
hide RPRT,TICK,RREG,YREG
run 5
| 7.620 c: candidate-silent a
| 7.620 c: search rp
| 7.620 c > rp ROOT dead=a
| 7.630 rp: root-probed a
| 7.630 rp > a PING
| 7.630 rp > c TOOR reason=probing root=a tick=1/1
| 7.640 a > rp PONG link
| ...
| 11.759 c > rp ROOT
| 11.769 rp > c TOOR root=a tick=1/1
| 11.779 c > a RJOI join
| 11.789 a > c NJOI reason=cookie
| 11.799 c > a RJOI join
| 11.809 a: child c
| 11.809 a > c YJOI
| 11.809 a > c PATH a
| 11.819 c: joined a
