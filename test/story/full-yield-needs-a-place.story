# [V5]: who has no free place in its subtree does not ask for that of a shorter one, which could be left without any. b and
# c hang on the root a, which has no third place. c ends; one of its children gets its place, the other searches on.
set profile=full policy=shallow children=1 improve=100
start a children=2
run 1
start b children=0
run 1
start c children=2
run 1
start d
run 1
start e
run 1
start f children=0
run 1
start g children=0
run 95.5
show sent events prints
hide RREG,YREG,RPRT,TICK,PATH
stop c closed
run 0.9
| 102.070 a > c PING
| 102.090 a: child-expired c
| 102.250 d > c PING
| 102.250 e > c PING
| 102.270 d: unreachable c
| 102.270 d: search c
| 102.270 e: unreachable c
| 102.270 e: search c
| 102.279 e > a RJOI join passed=1/101 dead=c
| 102.289 a > e NJOI reason=cookie
| 102.299 e > a RJOI join passed=1/101 dead=c
| 102.301 d > a RJOI join passed=1/101 dead=c
| 102.309 a: child e
| 102.309 a > e YJOI
| 102.311 a > d NJOI reason=cookie
| 102.319 e: joined a
| 102.321 d > b RJOI join passed=1/101 dead=c
| 102.331 b > d NJOI reason=cookie
| 102.341 d > e RJOI join passed=1/101 dead=c
| 102.351 e > d NJOI reason=cookie
| 102.361 d > g RJOI join passed=1/101 dead=c
| 102.371 g > d NJOI reason=cookie
| 102.381 d: search rp
| 102.381 d > rp ROOT tick=1/101 dead=c
| 102.391 rp > d TOOR root=a tick=1/99
