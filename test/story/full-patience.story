# [T4] [T5]: b, which gets no ticks for 5 s, is detached, and tells c. The ticks come again before the patience of the
# two is over: nobody moves.
set profile=full children=1 policy=shallow
start a
run 1
start b
run 1
start c
run 8
show sent events
hide RREG,YREG,RPRT,PING,PONG
lose a b TICK 6
run 8
| 10.050 a > b TICK 1/10 (lost)
| 10.090 b > c TICK 1/9
| 11.050 a > b TICK 1/11 (lost)
| 11.090 b > c TICK 1/9
| 12.050 a > b TICK 1/12 (lost)
| 12.090 b > c TICK 1/9
| 13.050 a > b TICK 1/13 (lost)
| 13.090 b > c TICK 1/9
| 14.050 a > b TICK 1/14 (lost)
| 14.060 b > c TICK 1/9 detached
| 15.050 a > b TICK 1/15 (lost)
| 15.060 b > c TICK 1/9 detached
| 16.050 a > b TICK 1/16
| 16.060 b > c TICK 1/9 detached
| 16.060 b > c TICK 1/16
| 17.050 a > b TICK 1/17
| 17.060 b > c TICK 1/16
