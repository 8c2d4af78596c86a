# [E6] [E1]: the same, but the root is gone, too. It is asked, and forgotten after 2 s of silence. Its epoch is not:
# the next one is later.
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
| ...
| 7.010 rp: root-dead a
| 7.167 c > rp ROOT
| 7.177 rp > c TOOR tick=1/0
| 7.187 c > rp RREG
| 7.197 rp: root-registered c
| 7.197 rp > c YREG tick=2/0
| 7.207 c: root rp
