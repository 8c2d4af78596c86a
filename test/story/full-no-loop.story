# [N3]: c moves from a to b, next door, and the word of it to a is lost: a names c still. So b, when it looks for a
# better place itself, comes to c, which is below it, and is refused.
set profile=full line=1 delay=0.001 improve=0
start a children=2
run 1
start b at=0.05 children=1
run 1
start x at=0.05 children=0
run 6
start c at=0.05
run 1.2
leave x
run 1.6
show sent events
hide RREG,YREG,RPRT,PATH,TICK,PING,PONG
lose c a LEAV
improve c
run 0.8
| 11.004 c > a RJOI probe
| 11.055 a > c NJOI reason=cookie
| 11.110 c > b RJOI probe
| 11.111 b > c NJOI reason=cookie
| 11.112 c > b RJOI join
| 11.113 b: child c
| 11.113 b > c YJOI
| 11.114 c: joined b
| 11.114 c > a LEAV (lost)
improve b
run 3
| 11.804 b > a RJOI probe passed=1/10
| 11.855 a > b NJOI reason=cookie
| 13.106 b > c RJOI probe passed=1/11
| 13.107 c > b NJOI reason=cookie
| 13.108 b > c RJOI join passed=1/11
| 13.109 c > b NJOI reason=loop
| 13.110 b: parent-full c
