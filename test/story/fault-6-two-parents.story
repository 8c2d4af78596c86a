# Fault 6: a child that moved still gets copies from its former parent until that one's entry expires; it
# drops them [P7].
set seed=19
start r children=2
run 1
start p children=1
run 1
start s children=2
run 98
show events
start x children=2
run 1
lose x p RJOI 3
run 129
| 100.000 x: search rp
| 100.040 x: parent-full r
| 100.050 p: child x
| 100.060 x: joined p
| 223.060 x: unreachable p
| 223.060 x: search rp
| 223.100 x: parent-full r
| 223.110 s: child x
| 223.120 x: joined s
show sent prints
say r bonjour
run 1
run 60
| 230.000 r > p DATA bonjour
| 230.000 r > s DATA bonjour
| 230.000 r prints bonjour
| 230.010 p > x DATA bonjour
| 230.010 p prints bonjour
| 230.010 s > x DATA bonjour
| 230.010 s prints bonjour
| 230.020 x prints bonjour
| 240.060 r > rp RREG
| 240.070 rp > r YREG
| 241.060 p > r RJOI
| 241.070 r > p YJOI
| 242.060 s > r RJOI
| 242.070 r > s YJOI
show sent prints
say r the entry has expired
run 1
| 291.000 r > p DATA the entry has expired
| 291.000 r > s DATA the entry has expired
| 291.000 r prints the entry has expired
| 291.010 p prints the entry has expired
| 291.010 s > x DATA the entry has expired
| 291.010 s prints the entry has expired
| 291.020 x prints the entry has expired
