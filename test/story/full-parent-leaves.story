# [O5] [O1]: who stops says so to its parent and its children. The place is free at once; the children go to their
# grandparent within 60 ms [O3].
set profile=full children=1 policy=shallow
start a
run 1
start b
run 1
start c
run 5.5
show sent events
hide RREG,YREG
leave b
run 1
| 7.500 b > c LEAV
| 7.500 b > a LEAV
| 7.510 c: parent-left b
| 7.510 c: search b
| 7.510 a: child-left b
| 7.543 c > a RJOI join dead=b
| 7.553 a > c NJOI reason=cookie
| 7.563 c > a RJOI join dead=b
| 7.573 a: child c
| 7.573 a > c YJOI
| 7.573 a > c PATH a
| 7.583 c: joined a
| 8.050 a > c TICK 1/8
| 8.060 c > a RPRT size=1 room=0
