# [J7] [J1] [J8]: a full node tells who its children are already with the cookie; the joiner goes to one of them,
# and is a foster child of the full one until it has a place.
set profile=full children=1 policy=shallow
start a
run 1
start b
run 5.5
show sent events
hide RREG,YREG,TICK,RPRT
start c
run 1
| 6.500 c: search rp
| 6.500 c > rp ROOT
| 6.510 rp > c TOOR root=a tick=1/6
| 6.520 c > a RJOI join
| 6.530 a > c NJOI reason=cookie
| 6.540 c > a RJOI shelter
| 6.550 a: child c
| 6.550 a > c YJOI reason=foster
| 6.560 c > b RJOI join
| 6.570 b > c NJOI reason=cookie
| 6.580 c > b RJOI join
| 6.590 b: child c
| 6.590 b > c YJOI
| 6.590 b > c PATH b a
| 6.600 c: joined b
| 6.600 c > a LEAV
| 6.610 a: child-left c
