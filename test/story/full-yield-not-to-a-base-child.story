# [V5]: who has a base child, whose place would go to who makes way, does not ask for a shorter one's place. c ends; n,
# which feeds the base node x alone, hangs under b then, and x stays where it is.
set profile=full policy=shallow children=1 improve=100 refresh=30 guard=60 seed=11
start a children=2
run 1
start c children=2
run 1
start b
run 1
start m children=0
run 1
start n
run 101
start x base
run 2
show sent events prints
hide RREG,YREG,RPRT,TICK,PATH,PING,PONG
stop c closed
run 2
say a one
run 1
| 107.090 a: child-expired c
| 107.270 n: unreachable c
| 107.270 n: search c
| 107.270 m: unreachable c
| 107.270 m: search c
| 107.290 m > a RJOI join dead=c
| 107.300 a > m NJOI reason=cookie
| 107.310 m > a RJOI join dead=c
| 107.320 a: child m
| 107.320 a > m YJOI
| 107.326 n > a RJOI join passed=0/0 dead=c
| 107.330 m: joined a
| 107.336 a > n NJOI reason=cookie
| 107.346 n > b RJOI join passed=0/0 dead=c
| 107.356 b > n NJOI reason=cookie
| 107.366 n > b RJOI join passed=0/0 dead=c
| 107.376 b: child n
| 107.376 b > n YJOI
| 107.386 n: joined b
| 109.000 a > b MDAT 1/1 one
| 109.000 a > m MDAT 1/1 one
| 109.000 a prints one
| 109.010 b > n MDAT 1/1 one
| 109.010 b prints one
| 109.010 m prints one
| 109.020 n > x DATA one
| 109.020 n prints one
| 109.030 x prints one
