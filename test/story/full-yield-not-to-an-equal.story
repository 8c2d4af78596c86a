# [V5]: nobody makes way for one that is no taller. b and c hang on the root a, which has no third place. c ends; one of
# its children gets its place; the other, which has a child as b has, goes down.
set profile=full policy=shallow children=1 improve=100
start a children=2
run 1
start b
run 1
start c children=2
run 1
start d
run 1
start e
run 1
start f
run 1
start g
run 1
start h
run 94.5
show sent events prints
hide RREG,YREG,RPRT,TICK,PATH
stop c closed
run 1.6
| 102.070 a > c PING
| 102.090 a: child-expired c
| 102.250 e > c PING
| 102.250 f > c PING
| 102.270 e: unreachable c
| 102.270 e: search c
| 102.270 f: unreachable c
| 102.270 f: search c
| 102.315 f > a RJOI join passed=1/101 dead=c
| 102.324 e > a RJOI join passed=1/101 dead=c
| 102.325 a > f NJOI reason=cookie
| 102.334 a > e NJOI reason=cookie
| 102.335 f > a RJOI join passed=1/101 dead=c
| 102.344 e > a RJOI join passed=1/101 dead=c
| 102.345 a: child f
| 102.345 a > f YJOI
| 102.354 a > e NJOI reason=full
| 102.355 f: joined a
| 102.364 e: parent-full a
| 102.364 e > b RJOI join passed=1/101 dead=c
| 102.374 b > e NJOI reason=cookie
| 102.384 e > d RJOI join passed=1/101 dead=c
| 102.394 d > e NJOI reason=cookie
| 102.404 e > d RJOI join passed=1/101 dead=c
| 102.414 d: child e
| 102.414 d > e YJOI
| 102.424 e: joined d
