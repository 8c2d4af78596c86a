# [V4]: c, next door to the root, found it full, and lives under b, which is far away. When b has had its place for a
# while, c gets it: b keeps its link for so long, hears in a tick that it has to go, asks whom the root names, and goes
# under c. What the root says meanwhile all have once.
set profile=full policy=closest children=1 line=1 delay=0.001 improve=20
start a
run 1
start b at=0.040
run 10
start c at=0.004
run 11.6
show sent events prints
hide RREG,YREG,RPRT,PATH
improve c
run 0.3
say a one
run 0.25
| 22.600 c > a PING
| 22.600 c > b PING
| 22.605 a > c PONG
| 22.610 c > a PING
| 22.615 a > c PONG
| 22.637 b > c PONG
| 22.674 c > a RJOI probe
| 22.679 a > c NJOI reason=probe
| 22.684 c > a RJOI join
| 22.689 a: child c
| 22.689 a > c YJOI
| 22.689 a > b TICK 1/23 yield
| 22.689 a > c TICK 1/23
| 22.694 c: joined a
| 22.694 c > b LEAV
| 22.730 b > a RJOI probe passed=1/21
| 22.731 b: child-left c
| 22.771 a > b NJOI reason=cookie
| 22.812 b > a PING
| 22.812 b > c PING
| 22.849 c > b PONG
| 22.853 a > b PONG
| 22.886 b > c PING
| 22.900 a > b MDAT 1/1 one
| 22.900 a > c MDAT 1/1 one
| 22.900 a prints one
| 22.905 c prints one
| 22.923 c > b PONG
| 22.941 b prints one
| 22.960 b > c RJOI probe
| 22.997 c > b NJOI reason=probe
| 23.034 b > c RJOI join
| 23.071 c: child b
| 23.071 c > b YJOI
| 23.108 b: joined c
| 23.108 b > a LEAV
| 23.149 a: child-left b
