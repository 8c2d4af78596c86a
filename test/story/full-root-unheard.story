# [E5]: c, who cannot reach the root, complains, and the root does not hear the rendezvous point either. But while
# that asks, an orphan tells it a tick that is newer by far than all that it has heard of: the root lives, and stays.
set profile=full policy=shallow
start a children=2
run 1
lose a rp RREG 99
start k children=0
run 1
start b
run 3
start d
run 3
show events
lose rp a PING 6
lose c a * 99
start c
run 1
# d, when b is gone, does not reach the root at first, and turns to the rendezvous point.
lose d a RJOI 3
leave b
show sent events
hide TICK,RPRT,PATH,RREG,YREG
run 6
| 9.010 d: parent-left b
| 9.010 d: search b
| 9.010 a: child-left b
| 9.015 d > a RJOI join dead=b (lost)
| 9.315 d > a RJOI join dead=b (lost)
| 9.915 d > a RJOI join dead=b (lost)
| 10.120 c: candidate-silent a
| 10.120 c: search rp
| 10.120 c > rp ROOT dead=a
| 10.130 rp: root-probed a
| 10.130 rp > a PING (lost)
| 10.130 rp > c TOOR reason=probing root=a tick=1/0
| ...
| 11.115 d: candidate-silent a
| 11.115 d: search rp
| 11.115 d > rp ROOT tick=1/8 dead=b
| 11.125 rp > d TOOR reason=probing root=a tick=1/0
| 11.130 rp > a PING (lost)
| 11.135 d > a RJOI join
| 11.145 a > d NJOI reason=cookie
| 11.147 c > rp ROOT dead=a
| 11.155 d > a RJOI join
| 11.157 rp > c TOOR reason=probing root=a tick=1/0
| 11.165 a: child d
| 11.165 a > d YJOI
| 11.175 d: joined a
| ...
| 11.921 c > rp ROOT dead=a
| 11.931 rp > c TOOR reason=probing root=a tick=1/0
| 12.122 c > rp ROOT dead=a
| 12.132 rp > c TOOR root=a tick=1/0
| ...
| 14.268 c > rp ROOT
| 14.278 rp > c TOOR root=a tick=1/0
| 14.288 c > a RJOI join (lost)
| 14.588 c > a RJOI join (lost)
