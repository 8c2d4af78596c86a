# [V3]: d moves from b to the root, and has "two" from there before "one" has come through b. It leaves b when that
# has brought it.
set profile=full policy=shallow improve=0
start a children=2
run 1
start x children=0
run 1
start b
run 5
start d
run 4.3
leave x
run 1
show sent events prints
hide RREG,YREG,TICK,RPRT,PING,PONG,PATH
improve d
run 0.029
say a one
run 0.006
say a two
run 5
| 12.300 d > a RJOI probe
| 12.310 a > d NJOI reason=cookie
| 12.320 d > a RJOI join
| 12.329 a > b MDAT 1/1 one
| 12.329 a prints one
| 12.330 a: child d
| 12.330 a > d YJOI
| 12.335 a > b MDAT 1/2 two
| 12.335 a > d MDAT 1/2 two
| 12.335 a prints two
| 12.339 b > d MDAT 1/1 one
| 12.339 b prints one
| 12.340 d: joined a
| 12.345 b > d MDAT 1/2 two
| 12.345 b prints two
| 12.345 d prints two
| 12.349 d prints one
| 12.349 d > b LEAV
| 12.359 b: child-left d
