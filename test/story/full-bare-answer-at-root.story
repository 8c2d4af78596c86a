# [E2] [F5]: each fourth request of a root that gets no answer is bare, and so is the answer: the rendezvous point asks
# who is there. Thereafter the root refreshes every 3 s, as before, and in full.
set profile=full policy=shallow
start a
run 6.5
stop rp silent
run 16
restart rp
show sent events
run 13
| 23.080 a > rp RREG
| 23.090 rp: root-probed a
| 23.090 rp > a PING
| 23.090 rp > a YREG
| 23.100 a > rp PONG link
| 26.100 a > rp RREG tick=1/1
| 26.110 rp > a NREG reason=cookie
| 26.120 a > rp RREG tick=1/1
| 26.130 rp > a YREG tick=1/1
| 29.140 a > rp RREG tick=1/1
| 29.150 rp > a YREG tick=1/1
| 32.160 a > rp RREG tick=1/1
| 32.170 rp > a YREG tick=1/1
| 35.180 a > rp RREG tick=1/1
| 35.190 rp > a YREG tick=1/1
