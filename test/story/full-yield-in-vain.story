# [V4]: b, whose place is another's, can ask nobody for a while. Its parent tells it so each second, and keeps it
# until it can, and has moved below c.
set profile=full policy=closest children=1 line=1 delay=0.001 improve=20
start a
run 1
start b at=0.040
run 10
start c at=0.004
run 11.6
show sent events prints
hide RREG,YREG,RPRT,PATH,PING,PONG,ROOT,TOOR,TICK
lose b * RJOI 9
improve c
run 5
say a one
run 9
| 22.674 c > a RJOI probe
| 22.679 a > c NJOI reason=probe
| 22.684 c > a RJOI join
| 22.689 a: child c
| 22.689 a > c YJOI
| 22.694 c: joined a
| 22.694 c > b LEAV
| 22.730 b > a RJOI probe passed=1/21 (lost)
| 22.731 b: child-left c
| 23.030 b > a RJOI probe (lost)
| 23.630 b > a RJOI probe (lost)
| 24.830 b: candidate-silent a
| 25.730 b > a RJOI probe (lost)
| 26.030 b > a RJOI probe (lost)
| 26.630 b > a RJOI probe (lost)
| 27.600 a > b MDAT 1/1 one
| 27.600 a > c MDAT 1/1 one
| 27.600 a prints one
| 27.605 c prints one
| 27.641 b prints one
| 27.830 b: candidate-silent a
| 28.730 b > a RJOI probe (lost)
| 29.030 b > a RJOI probe (lost)
| 29.630 b > a RJOI probe (lost)
| 30.830 b: candidate-silent a
| 31.730 b > a RJOI probe
| 31.771 a > b NJOI reason=cookie
| 31.960 b > c RJOI probe
| 31.997 c > b NJOI reason=probe
| 32.034 b > c RJOI join
| 32.071 c: child b
| 32.071 c > b YJOI
| 32.108 b: joined c
| 32.108 b > a LEAV
| 32.149 a: child-left b
