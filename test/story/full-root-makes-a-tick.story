# [N2]: the root has no child but b, and makes no tick when that has left. c, with a child below it, knows the newest:
# for it the root makes another.
set profile=full children=1 policy=shallow
start a
run 1
start b
run 3
start c
run 3
start d
run 3.7
show sent events
hide RREG,YREG,RPRT,PATH
leave b
run 2
| 10.700 b > c LEAV
| 10.700 b > a LEAV
| 10.710 c: parent-left b
| 10.710 c: search b
| 10.710 a: child-left b
| 10.710 c > d TICK 1/10 detached
| 10.743 c > a RJOI join passed=1/10 dead=b
| 10.753 a > c NJOI reason=cookie
| 10.763 c > a RJOI join passed=1/10 dead=b
| 10.773 a: child c
| 10.773 a > c YJOI
| 10.783 c: joined a
| 10.783 c > d TICK 1/11
| 11.050 a > c TICK 1/12
| 11.783 c > d TICK 1/12
| 12.050 a > c TICK 1/13
