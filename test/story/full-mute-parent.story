# [T7]: b answers, and its ticks come, but it passes no data on. Seven messages may have been lost on the way; when
# the ticks of b tell of eight, and nothing has come, twice in a row, c leaves, and tells b so.
set profile=full policy=shallow
start a children=2
run 1
start x children=0
run 1
start b
run 5
start c
run 5
leave x
run 3.2
show sent events
hide RREG,YREG,RPRT,PING,PONG,PATH,MDAT
mute b
say a 1
say a 2
say a 3
say a 4
say a 5
say a 6
say a 7
run 4
| 16.050 a > b TICK 1/16
| 16.090 b > c TICK 1/16
| 17.050 a > b TICK 1/17
| 17.090 b > c TICK 1/17
| 18.050 a > b TICK 1/18
| 18.090 b > c TICK 1/18
| 19.050 a > b TICK 1/19
| 19.090 b > c TICK 1/19
say a 8
run 3
| 20.050 a > b TICK 1/20
| 20.090 b > c TICK 1/20
| 21.050 a > b TICK 1/21
| 21.090 b > c TICK 1/21
| 21.100 c: parent-mute b
| 21.100 c > b LEAV
| 21.100 c: search b
| 21.105 c > a RJOI join dead=b
| 21.110 b: child-left c
| 21.115 a > c NJOI reason=cookie
| 21.125 c > a RJOI join dead=b
| 21.135 a: child c
| 21.135 a > c YJOI
| 21.145 c: joined a
| 22.050 a > b TICK 1/22
| 22.050 a > c TICK 1/22
