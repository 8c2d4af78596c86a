# [F5]: the rendezvous point, known to speak the full profile, is gone for long: each sixteenth request is bare, and so
# it stays, though the member counts its tries to 255 alone.
set profile=full policy=shallow
start a
run 6.5
stop rp silent
run 538
show sent
run 33
| 545.080 a > rp RREG tick=1/1
| 547.080 a > rp RREG tick=1/1
| 549.080 a > rp RREG tick=1/1
| 551.080 a > rp RREG
| 553.080 a > rp RREG tick=1/1
| 555.080 a > rp RREG tick=1/1
| 557.080 a > rp RREG tick=1/1
| 559.080 a > rp RREG tick=1/1
| 561.080 a > rp RREG tick=1/1
| 563.080 a > rp RREG tick=1/1
| 565.080 a > rp RREG tick=1/1
| 567.080 a > rp RREG tick=1/1
| 569.080 a > rp RREG tick=1/1
| 571.080 a > rp RREG tick=1/1
| 573.080 a > rp RREG tick=1/1
| 575.080 a > rp RREG tick=1/1
| 577.080 a > rp RREG tick=1/1
