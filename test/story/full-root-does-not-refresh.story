# [E2]: a root whose refreshes do not come for 105 s is asked. It answers, so it has that time once more, and is
# forgotten after it.
set profile=full
start a
run 1
show sent events
hide RREG
lose a rp RREG 999
run 220
| 105.030 rp: root-probed a
| 105.030 rp > a PING
| 105.040 a > rp PONG link
| 210.050 rp: root-expired a
