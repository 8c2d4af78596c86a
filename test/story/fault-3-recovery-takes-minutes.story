# Fault 3: after the root's silent death the tree is whole again only when the RP has forgotten it.
start a
run 1
start b
run 1
start c
run 1
stop a silent
show events
run 300
| 124.040 b: unreachable a
| 124.040 b: search rp
| 125.040 c: unreachable a
| 125.040 c: search rp
| 127.060 b: unreachable a
| 127.060 b: search rp
| 128.060 c: unreachable a
| 128.060 c: search rp
| 130.080 b: unreachable a
| 130.080 b: search rp
| 131.080 c: unreachable a
| 131.080 c: search rp
| 133.100 b: unreachable a
| 133.100 b: search rp
| 134.100 c: unreachable a
| 134.100 c: search rp
| 136.120 b: unreachable a
| 136.120 b: search rp
| 137.120 c: unreachable a
| 137.120 c: search rp
| 139.622 b: unreachable a
| 139.622 b: search rp
| 140.297 c: unreachable a
| 140.297 c: search rp
| 147.416 b: unreachable a
| 147.416 b: search rp
| 148.002 c: unreachable a
| 148.002 c: search rp
| 154.481 c: unreachable a
| 154.481 c: search rp
| 154.832 b: unreachable a
| 154.832 b: search rp
| 161.358 b: unreachable a
| 161.358 b: search rp
| 161.371 c: unreachable a
| 161.371 c: search rp
| 167.498 c: unreachable a
| 167.498 c: search rp
| 168.989 b: unreachable a
| 168.989 b: search rp
| 173.716 c: unreachable a
| 173.716 c: search rp
| 176.106 b: unreachable a
| 176.106 b: search rp
| 179.785 c: unreachable a
| 179.785 c: search rp
| 180.030 rp: root-expired a
| 180.266 rp: root-registered b
| 180.276 b: root rp
| 183.346 b: child c
| 183.356 c: joined b
