# [V1]: the first look for a better place comes a minute after the last move, each further one after twice as long,
# less a random part. It begins at a random member of the root path: at b, its parent, d finds nothing, and moves when
# it begins at a. After that it looks again after a minute.
set profile=full policy=shallow
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
show sent events
hide RREG,NREG,YREG,TICK,RPRT,PING,PONG,PATH
run 420
| 53.073 d > b RJOI probe
| 53.083 b > d NJOI reason=cookie
| 59.848 b > a RJOI probe passed=1/59
| 59.858 a > b NJOI reason=cookie
| 131.303 b > a RJOI probe passed=1/131
| 131.313 a > b NJOI reason=cookie
| 140.194 d > b RJOI probe
| 140.204 b > d NJOI reason=cookie
| 298.469 b > a RJOI probe passed=1/298
| 298.479 a > b NJOI reason=cookie
| 339.988 d > a RJOI probe
| 339.998 a > d NJOI reason=cookie
| 340.008 d > a RJOI join
| 340.018 a: child d
| 340.018 a > d YJOI
| 340.028 d: joined a
| 340.028 d > b LEAV
| 340.038 b: child-left d
| 398.634 d > a RJOI probe
| 398.644 a > d NJOI reason=cookie
| 398.654 d > b RJOI probe
| 398.664 b > d NJOI reason=cookie
