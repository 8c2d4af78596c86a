# [N2] [J7]: b, with a child, would like to be under k, which is next door. k has missed two ticks, and b has passed
# on one that k does not know: for all that k can tell, it is below b. It is asked again after 300 ms, and has a newer
# tick by then.
set profile=full line=1 delay=0.001 improve=0
start a children=2
run 1
start b at=0.05 children=1
run 1
start x at=0.05 children=0
run 6
start k at=0.05
run 1.2
lose a k TICK 2
run 1.6
show sent events
hide RREG,YREG,RPRT,PATH,PING,PONG
improve b
run 1
| 11.004 b > a RJOI probe passed=1/9
| 11.055 a > b NJOI reason=cookie
| 11.110 b > k RJOI probe passed=1/9
| 11.111 k > b NJOI reason=cookie
| 11.112 b > k RJOI join passed=1/9
| 11.113 k > b NJOI reason=stale
| 11.114 b: parent-full k
| 11.309 b > x TICK 1/9
| 11.357 a > b TICK 1/11
| 11.357 a > k TICK 1/11
| 11.414 b > k RJOI join passed=1/9
| 11.415 k: child b
| 11.415 k > b YJOI
| 11.416 b: joined k
| 11.416 b > a LEAV
| 11.416 b > x TICK 1/11
| 11.418 b > x TICK 1/11
| 11.467 a: child-left b
