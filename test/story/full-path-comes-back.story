# [N4] [E5]: c is started again, and hears nothing of a, its parent, nor e, its child, of it. The rendezvous point names
# d, which was a child of a, and is by now below e. d cannot know who asks: the id is new. But it tells c its PATH, and c
# sees its own address on it, and leaves before a tick is missed.
set profile=full line=1 delay=0.001 improve=0 ask=0.4
start a children=2
run 1
start d at=0.050 children=1
run 1
start x at=0.050 children=0
run 1
start c at=0.020 children=1
run 1
start e at=0.045 children=1
run 10
lose a rp RREG 99
improve d
run 3
leave x
run 2
show sent events
hide RREG,YREG,PING,PONG,RPRT
lose c a RJOI 99
lose e c PING 99
restart c
run 2.4
| 19.000 c: search rp
| 19.000 c > rp ROOT
| 19.021 rp > c TOOR root=a tick=1/11
| 19.042 c > a RJOI probe (lost)
| 19.342 c > a RJOI probe (lost)
| 19.357 a > c TICK 1/19
| 19.678 e > d TICK 1/18
| 19.942 c > a RJOI probe (lost)
| 20.357 a > c TICK 1/20
| 20.678 e > d TICK 1/18
| 21.142 c: candidate-silent a
| 21.142 c > d RJOI probe
| 21.173 d > c NJOI reason=cookie
| 21.204 c > d RJOI shelter
| 21.235 d: child c
| 21.235 d > c YJOI reason=foster
| 21.266 c > d RJOI join
| 21.297 d: child c
| 21.297 d > c YJOI
| 21.297 d > c PATH d e c a
| 21.328 c: joined d
| 21.328 c: loop d
| 21.328 c > d LEAV
| 21.328 c: search d
| 21.357 a > c TICK 1/21
| 21.359 d: child-left c
| 21.384 c: search rp
| 21.384 c > rp ROOT tick=1/18 dead=d
