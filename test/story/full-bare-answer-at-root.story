# [E2] [F5]: each sixteenth request of a root that gets no answer is bare, and so is the answer: the rendezvous point asks
# who is there. Thereafter the root refreshes every 3 s, as before, and in full.
set profile=full policy=shallow
start a
run 6.5
stop rp silent
run 32
restart rp
show sent events
run 13
| 39.080 a > rp RREG
| 39.090 rp: root-probed a
| 39.090 rp > a PING
| 39.090 rp > a YREG
| 39.100 a > rp PONG link
| 42.100 a > rp RREG tick=1/1
| 42.110 rp > a NREG reason=cookie
| 42.120 a > rp RREG tick=1/1
| 42.130 rp > a YREG tick=1/1
| 45.140 a > rp RREG tick=1/1
| 45.150 rp > a YREG tick=1/1
| 48.160 a > rp RREG tick=1/1
| 48.170 rp > a YREG tick=1/1
| 51.180 a > rp RREG tick=1/1
| 51.190 rp > a YREG tick=1/1
