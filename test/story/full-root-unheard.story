# [E5]: c, who cannot reach the root, complains, and the root does not hear the rendezvous point either. But while
# that asks, an orphan tells it a tick that is newer by far than all that it has heard of: the root lives, and stays.
set profile=full policy=shallow
start a children=2
run 1
start k children=0
run 1
start b
run 3
start d
run 3
show events
lose a rp RREG 4
lose rp a PING 6
lose c a * 99
start c
run 3
# d, when b is gone, does not reach the root at first, and turns to the rendezvous point.
lose d a RJOI 3
leave b
show sent events
hide TICK,RPRT,PATH,RREG,YREG
run 3.78
| 11.010 d: parent-left b
| 11.010 d: search b
| 11.010 a: child-left b
| 11.015 d > a RJOI join dead=b (lost)
| 11.315 d > a RJOI join dead=b (lost)
| 11.915 d > a RJOI join dead=b (lost)
| 12.520 c: candidate-silent a
| 12.520 c: search rp
| 12.520 c > rp ROOT dead=a
| 12.530 rp: root-probed a
| 12.530 rp > a PING (lost)
| 12.530 rp > c TOOR reason=probing root=a tick=1/6
| ...
| 13.115 d: candidate-silent a
| 13.115 d: search rp
| 13.115 d > rp ROOT tick=1/10 dead=b
| 13.125 rp > d TOOR reason=probing root=a tick=1/6
| ...
| 14.522 c > rp ROOT dead=a
| 14.532 rp: root-probed a
| 14.532 rp > a PING
| 14.532 rp > c TOOR reason=probing root=a tick=1/6
| 14.542 a > rp PONG link
| 14.695 d > rp ROOT tick=1/10 dead=b
| 14.705 rp > d TOOR root=a tick=1/6
| 14.715 d > a RJOI foster
| 14.725 a > d NJOI reason=cookie
| 14.735 d > a RJOI foster
| 14.745 a: child d
| 14.745 a > d YJOI
| 14.755 d: joined a
| 14.755 d > a PING path
| 14.765 a > d PONG link
