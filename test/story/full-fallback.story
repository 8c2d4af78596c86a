# [F5]: a node that drops requests with a body gets a bare one after three of them.
set profile=full policy=shallow
start a base
run 1
lose b a RJOI 3
show sent events
start b
run 3
| 1.000 b: search rp
| 1.000 b > rp ROOT
| 1.010 rp > b TOOR root=a tick=1/0
| 1.020 b > a RJOI join (lost)
| 1.320 b > a RJOI join (lost)
| 1.920 b > a RJOI join (lost)
| 3.120 b > a RJOI
| 3.130 a: child b
| 3.130 a > b YJOI
| 3.140 b: joined a
