# [J8]: c, for which there is no place at the root, is its foster child while it asks b. It gets data meanwhile, and
# nothing twice when it has a parent.
set profile=full children=1 policy=shallow
start a
run 1
start b
run 1
show sent events prints
hide RREG,YREG,TICK,RPRT,PING,PONG
start c
run 0.055
say a to the child and the foster child
run 0.040
say a to the child, who has a child now
run 1
| 2.000 c: search rp
| 2.000 c > rp ROOT
| 2.010 rp > c TOOR root=a tick=1/0
| 2.020 c > a RJOI join
| 2.030 a > c NJOI reason=cookie
| 2.040 c > a RJOI shelter
| 2.050 a: child c
| 2.050 a > c YJOI reason=foster
| 2.055 a > b MDAT 1/1 to the child and the foster child
| 2.055 a > c MDAT 1/1 to the child and the foster child
| 2.055 a prints to the child and the foster child
| 2.060 c > b RJOI join
| 2.065 b prints to the child and the foster child
| 2.065 c prints to the child and the foster child
| 2.070 b > c NJOI reason=cookie
| 2.080 c > b RJOI join
| 2.090 b: child c
| 2.090 b > c YJOI
| 2.090 b > c PATH b a
| 2.095 a > b MDAT 1/2 to the child, who has a child now
| 2.095 a > c MDAT 1/2 to the child, who has a child now
| 2.095 a prints to the child, who has a child now
| 2.100 c: joined b
| 2.100 c > a LEAV
| 2.105 b > c MDAT 1/2 to the child, who has a child now
| 2.105 b prints to the child, who has a child now
| 2.110 a: child-left c
| 2.115 c prints to the child, who has a child now
