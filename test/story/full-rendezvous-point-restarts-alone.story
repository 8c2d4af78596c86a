# [E6] [E1]: the same, but the root is gone, too. It is asked by both, and forgotten after 2 s of silence. Its
# epoch is not: the next one is later.
set profile=full policy=shallow
start a
run 3
stop rp silent
stop a silent
run 1
restart rp
run 1
show sent events
hide RPRT,TICK
start c
run 3
| 5.000 c: search rp
| 5.000 c > rp ROOT
| 5.010 rp: root-probed a
| 5.010 rp > a PING
| 5.010 rp > c TOOR reason=probing root=a tick=1/0
| 5.020 c > a RJOI join
| 5.320 c > a RJOI join
| 5.343 rp > a PING
| 5.677 rp > a PING
| 5.920 c > a RJOI join
| 6.010 rp > a PING
| 6.343 rp > a PING
| 6.677 rp > a PING
| 7.010 rp: root-dead a
| 7.120 c: candidate-silent a
| 7.120 c: search rp
| 7.120 c > rp ROOT dead=a
| 7.130 rp > c TOOR tick=1/0
| 7.140 c > rp RREG
| 7.150 rp: root-registered c
| 7.150 rp > c YREG tick=2/0
| 7.160 c: root rp
