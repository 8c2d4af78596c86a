# [V5]: with --improve 0 nobody makes way. d, which has a child, looks for a better place; its way ends at the root a, of
# whose children b is shorter.
set profile=full policy=shallow children=1 improve=0 seed=3
start a children=2
run 1
start b children=0
run 1
start c
run 1
start d
run 1
start e
run 98
show sent events
hide RREG,YREG,RPRT,TICK,PATH,PING,PONG
improve d
run 1.2
| 102.000 d > a RJOI probe passed=1/101
| 102.010 a > d NJOI reason=cookie
| 102.020 d > b RJOI probe passed=1/101
| 102.030 b > d NJOI reason=cookie
