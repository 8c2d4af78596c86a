# [V5]: nobody makes way while the parent asks whether a child is dead, whose place would be free soon. c's host is gone;
# a has no word of that for as long as it asks c, and refuses both of c's children. Then c's place is free, and b and h
# have theirs as before.
set profile=full policy=shallow children=1 improve=100 seed=3
start a children=3
run 1
start b children=0
run 1
start h
run 1
start c children=2
run 1
start d
run 1
start e
run 1
start i
run 1
start f
run 1
start g
run 93.5
show sent events prints
hide RREG,YREG,RPRT,TICK,PATH,NREG
stop c silent
run 4
| 102.250 i > c PING
| 102.250 e > c PING
| 102.400 i > c PING
| 102.400 e > c PING
| 102.550 i > c PING
| 102.550 e > c PING
| 102.700 i > c PING
| 102.700 e > c PING
| 102.850 i > c PING
| 102.850 e > c PING
| 103.000 i > c PING
| 103.000 e > c PING
| 103.150 i > c PING
| 103.150 e > c PING
| 103.300 i > c PING
| 103.300 e > c PING
| 103.450 i > c PING
| 103.450 e > c PING
| 103.600 i > c PING
| 103.600 e > c PING
| 103.750 i: unreachable c
| 103.750 i: search c
| 103.750 e: unreachable c
| 103.750 e: search c
| 103.760 i > a RJOI join passed=1/101 dead=c
| 103.765 e > a RJOI join passed=1/101 dead=c
| 103.770 a > i NJOI reason=cookie
| 103.775 a > e NJOI reason=cookie
| 103.780 i > a RJOI join passed=1/101 dead=c
| 103.785 e > a RJOI join passed=1/101 dead=c
| 103.790 a > c PING
| 103.790 a > i NJOI reason=full
| 103.795 a > e NJOI reason=full
| 103.800 i: parent-full a
| 103.800 i > h RJOI join passed=1/101 dead=c
| 103.805 e: parent-full a
| 103.805 e > h RJOI join passed=1/101 dead=c
| 103.810 h > i NJOI reason=cookie
| 103.815 h > e NJOI reason=cookie
| 103.820 i > d RJOI join passed=1/101 dead=c
| 103.825 e > d RJOI join passed=1/101 dead=c
| 103.830 d > i NJOI reason=cookie
| 103.835 d > e NJOI reason=cookie
| 103.840 i > d RJOI join passed=1/101 dead=c
| 103.845 e > d RJOI join passed=1/101 dead=c
| 103.850 d: child i
| 103.850 d > i YJOI
| 103.855 d > e NJOI reason=full
| 103.860 i: joined d
| 103.865 e: parent-full d
| 103.865 e > b RJOI join passed=1/101 dead=c
| 103.875 b > e NJOI reason=cookie
| 103.885 e > i RJOI join passed=1/101 dead=c
| 103.895 i > e NJOI reason=cookie
| 103.905 e > g RJOI join passed=1/101 dead=c
| 103.915 g > e NJOI reason=cookie
| 103.925 e > g RJOI join passed=1/101 dead=c
| 103.935 g: child e
| 103.935 g > e YJOI
| 103.940 a > c PING
| 103.945 e: joined g
| 104.090 a > c PING
| 104.240 a > c PING
| 104.390 a > c PING
| 104.540 a > c PING
| 104.690 a > c PING
| 104.840 a > c PING
| 104.990 a > c PING
| 105.140 a > c PING
| 105.290 a: child-expired c
