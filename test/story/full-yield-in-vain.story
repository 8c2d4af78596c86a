# [V4]: b, whose place is another's, can ask nobody. Its parent tells it so each second, and sends it away after five;
# until then it has its data.
set profile=full policy=closest children=1 line=1 delay=0.001 improve=20
start a
run 1
start b at=0.040
run 10
start c at=0.004
run 11.6
show sent events prints
hide RREG,YREG,RPRT,PATH,PING,PONG,ROOT,TOOR
lose b * RJOI 30
improve c
run 5
say a one
run 0.3
| 22.674 c > a RJOI probe
| 22.679 a > c NJOI reason=probe
| 22.684 c > a RJOI join
| 22.689 a: child c
| 22.689 a > c YJOI
| 22.689 a > b TICK 1/23 yield
| 22.689 a > c TICK 1/23
| 22.694 c: joined a
| 22.694 c > b LEAV
| 22.730 b > a RJOI probe passed=1/21 (lost)
| 22.731 b: child-left c
| 23.030 b > a RJOI probe (lost)
| 23.630 b > a RJOI probe (lost)
| 23.689 a > b TICK 1/24 yield
| 23.689 a > c TICK 1/24
| 24.689 a > b TICK 1/25 yield
| 24.689 a > c TICK 1/25
| 24.830 b: candidate-silent a
| 25.689 a > b TICK 1/26 yield
| 25.689 a > c TICK 1/26
| 25.730 b > a RJOI probe (lost)
| 26.030 b > a RJOI probe (lost)
| 26.630 b > a RJOI probe (lost)
| 26.689 a > b TICK 1/27 yield
| 26.689 a > c TICK 1/27
| 27.600 a > b MDAT 1/1 one
| 27.600 a > c MDAT 1/1 one
| 27.600 a prints one
| 27.605 c prints one
| 27.641 b prints one
| 27.689 a > b LEAV
| 27.689 a: child-expired b
| 27.689 a > c TICK 1/28
| 27.730 b: parent-left a
| 27.730 b: search a
| 27.771 b: search rp
| 27.812 rp: root-probed a
