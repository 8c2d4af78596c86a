# [E4]: the root's host is gone. Six questions in 2 s stay unanswered, then it is forgotten. That is 4.4 s after its
# last tick; no message of 30 s or minutes is waited for.
set profile=full policy=shallow
start a
run 1
start b
start c
run 6
stop a silent
run 0.5
show events
run 4.5
| 8.710 b: unreachable a
| 8.710 b: search a
| 8.710 c: unreachable a
| 8.710 c: search a
| 8.728 b: search rp
| 8.738 rp: root-probed a
| 8.756 c: search rp
| 10.738 rp: root-dead a
| 10.801 rp: root-registered c
| 10.811 c: root rp
| 10.842 c: child b
| 10.852 b: joined c
