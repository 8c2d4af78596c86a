# [C4]: a child that vanished is dropped after a guard time, and its place is free.
set children=1
start a
run 1
start b
run 1
stop b silent
show events
run 200
start c
run 1
| 181.030 a: child-expired b
| 202.000 c: search rp
| 202.030 a: child c
| 202.040 c: joined a
