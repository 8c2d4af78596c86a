# [N3]: c moves from a to k, below b, and the word of it to a is lost: a names c still. So b, when it looks for a better
# place itself, comes to c, which is below it, and is refused.
set profile=full line=1 delay=0.001 improve=0
start a children=2
run 1
# Nobody is named by the rendezvous point.
lose a rp RREG 99
start b at=0.05 children=1
run 1
start x at=0.05 children=0
run 6
start c at=0.05 children=1
run 1.2
start y at=0.05 children=0
run 3
leave x
run 1.6
start k at=0.05 children=1
run 3
leave y
run 1.6
show sent events
hide RREG,YREG,RPRT,PATH,TICK,PING,PONG
lose c a LEAV
improve c
run 0.8
| 18.400 c > a RJOI probe
| 18.451 a > c NJOI reason=cookie
| 18.604 c > b RJOI probe
| 18.605 b > c NJOI reason=probe
| 18.610 c > k RJOI probe
| 18.611 k > c NJOI reason=probe
| 18.612 c > k RJOI join
| 18.613 k: child c
| 18.613 k > c YJOI
| 18.614 c: joined k
| 18.614 c > a LEAV (lost)
improve b
run 3
| 19.200 b > a RJOI probe passed=1/18
| 19.251 a > b NJOI reason=cookie
| 19.404 b > c RJOI probe passed=1/18
| 19.405 c > b NJOI reason=probe
| 19.406 b > c RJOI join passed=1/18
| 19.407 c > b NJOI reason=loop
| 19.408 b: candidate-refused c
