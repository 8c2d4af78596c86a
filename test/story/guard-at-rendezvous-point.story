# [R4]: a root that vanished is forgotten after a guard time; the next node becomes the root.
start a
run 1
stop a silent
run 100
show events
start b
run 90
| 101.000 b: search rp
| 104.020 b: unreachable a
| 104.020 b: search rp
| 107.040 b: unreachable a
| 107.040 b: search rp
| 110.060 b: unreachable a
| 110.060 b: search rp
| 113.080 b: unreachable a
| 113.080 b: search rp
| 116.582 b: unreachable a
| 116.582 b: search rp
| 124.376 b: unreachable a
| 124.376 b: search rp
| 131.792 b: unreachable a
| 131.792 b: search rp
| 138.318 b: unreachable a
| 138.318 b: search rp
| 145.949 b: unreachable a
| 145.949 b: search rp
| 153.066 b: unreachable a
| 153.066 b: search rp
| 160.216 b: unreachable a
| 160.216 b: search rp
| 166.258 b: unreachable a
| 166.258 b: search rp
| 172.884 b: unreachable a
| 172.884 b: search rp
| 180.030 rp: root-expired a
| 180.633 b: unreachable a
| 180.633 b: search rp
| 185.068 rp: root-registered b
| 185.078 b: root rp
