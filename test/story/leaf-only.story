# [M4]: a node that may have no children does not become the root; it asks again until there is one.
start a children=0
run 10
show events
start b
run 10
| 10.000 b: search rp
| 10.030 rp: root-registered b
| 10.040 b: root rp
| 14.338 b: child a
| 14.348 a: joined b
