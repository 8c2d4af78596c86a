# [E7] [E1] [O1]: the root leaves, and says so to its children and the rendezvous point. The first child that asks is
# the next root, of a later epoch; the others join it.
set profile=full policy=shallow
start a
run 1
start b
start c
run 5.5
show sent events
hide RPRT
leave a
run 3.5
| 6.500 a > b LEAV
| 6.500 a > c LEAV
| 6.500 a > rp LEAV
| 6.510 b: parent-left a
| 6.510 b: search a
| 6.510 c: parent-left a
| 6.510 c: search a
| 6.510 rp: root-left a
| 6.528 b: search rp
| 6.528 b > rp ROOT tick=1/6 dead=a
| 6.538 rp > b TOOR tick=1/6
| 6.548 b > rp RREG tick=1/6
| 6.556 c: search rp
| 6.556 c > rp ROOT tick=1/6 dead=a
| 6.558 rp: root-registered b
| 6.558 rp > b YREG tick=2/0
| 6.566 rp > c TOOR root=b tick=2/0
| 6.568 b: root rp
| 6.576 c > b RJOI join
| 6.586 b > c NJOI reason=cookie
| 6.596 c > b RJOI join
| 6.606 b: child c
| 6.606 b > c YJOI
| 6.606 b > c PATH b
| 6.616 c: joined b
| 7.606 b > c TICK 2/2
| 8.606 b > c TICK 2/3
| 9.568 b > rp RREG tick=2/3
| 9.578 rp > b YREG tick=2/3
| 9.606 b > c TICK 2/4
