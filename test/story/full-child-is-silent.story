# [T6]: a child that was not heard of for two and a half reports (12.5 s) is asked, and dropped after ten questions.
set profile=full
start a
run 1
start b
show sent
hide RREG,YREG,TICK
run 8.3
| ...
| 7.080 b > a RPRT size=1 room=0
stop b silent
show sent events
hide RREG,YREG,TICK
run 16
| 19.590 a > b PING
| 19.740 a > b PING
| 19.890 a > b PING
| 20.040 a > b PING
| 20.190 a > b PING
| 20.340 a > b PING
| 20.490 a > b PING
| 20.640 a > b PING
| 20.790 a > b PING
| 20.940 a > b PING
| 21.090 a: child-expired b
