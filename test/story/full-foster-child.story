# [J8]: a foster child gets data while it looks for a parent, and gets nothing twice when it has one.
set profile=full children=1 policy=shallow
start a
run 1
start b
start c
run 0.062
show sent prints
hide RREG,YREG,TICK,RPRT,PING,PONG,PATH
say a to the child and the foster child
run 0.033
say a to the child, who has a child now
run 1
| 1.062 a > b MDAT 1/1 to the child and the foster child
| 1.062 a > c MDAT 1/1 to the child and the foster child
| 1.062 a prints to the child and the foster child
| 1.070 b > c NJOI reason=cookie
| 1.072 b prints to the child and the foster child
| 1.072 c prints to the child and the foster child
| 1.080 c > b RJOI join
| 1.090 b > c YJOI
| 1.095 a > b MDAT 1/2 to the child, who has a child now
| 1.095 a > c MDAT 1/2 to the child, who has a child now
| 1.095 a prints to the child, who has a child now
| 1.100 c > a LEAV
| 1.105 b > c MDAT 1/2 to the child, who has a child now
| 1.105 b prints to the child, who has a child now
| 1.115 c prints to the child, who has a child now
