# [N2] [J7]: b, with a child, would like to be under k, which is next door. k has missed two ticks, and b has
# passed on one that k does not know: for all that k can tell, it is below b. It is asked again every 300 ms, and
# has a newer tick by then. Meanwhile b passes on nothing newer.
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
| 10.800 b > a RJOI probe passed=1/9
| 10.851 a > b NJOI reason=cookie
| 11.004 b > k RJOI probe passed=1/9
| 11.005 k > b NJOI reason=probe
| 11.006 b > k RJOI join passed=1/9
| 11.007 k > b NJOI reason=stale
| 11.008 b: candidate-refused k
| 11.028 b > k RJOI join passed=1/9
| 11.029 k > b NJOI reason=stale
| 11.030 b: candidate-refused k
| 11.070 b > k RJOI join passed=1/9
| 11.071 k > b NJOI reason=stale
| 11.072 b: candidate-refused k
| 11.152 b > k RJOI join passed=1/9
| 11.153 k > b NJOI reason=stale
| 11.154 b: candidate-refused k
| 11.313 b > x TICK 1/9
| 11.314 b > k RJOI join passed=1/9
| 11.315 k > b NJOI reason=stale
| 11.316 b: candidate-refused k
| 11.357 a > b TICK 1/11
| 11.357 a > k TICK 1/11
| 11.636 b > k RJOI join passed=1/9
| 11.637 k: child b
| 11.637 k > b YJOI
| 11.638 b: joined k
| 11.638 b > a LEAV
| 11.638 b > x TICK 1/11
| 11.689 a: child-left b
