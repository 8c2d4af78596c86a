# [E5] [J1]: c cannot reach the root, which is known to be full and gets no bare request [F5]. The root has named its
# children to the rendezvous point, which names them to c: b is asked when the root has not answered. That c looks for
# a better place in vain changes nothing.
set profile=full policy=shallow
start a
run 1
start b
run 5.5
lose c a * 99999
show sent events
hide RREG,YREG,TICK,RPRT,PING,PONG,PATH
start c
run 5
| 6.500 c: search rp
| 6.500 c > rp ROOT
| 6.510 rp > c TOOR root=a tick=1/6
| 6.520 c > a RJOI join (lost)
| 6.820 c > a RJOI join (lost)
| 7.420 c > a RJOI join (lost)
| 8.620 c: candidate-silent a
| 8.620 c > b RJOI join
| 8.630 b > c NJOI reason=cookie
| 8.640 c > b RJOI join
| 8.650 b: child c
| 8.650 b > c YJOI
| 8.660 c: joined b
show events
run 600
| 68.548 c: candidate-silent a
| 141.405 c: candidate-silent a
| 329.110 c: candidate-silent a
