# [E3] [N2]: a rendezvous point has lost its state, and gives c the epoch that a has. It learns so when a refreshes,
# which is refused, and gives c a later one when that does. Then c takes a, whose ticks were newer until then.
set profile=full children=2 policy=shallow improve=0 rdv-forgets=1
start a
run 1
start b
run 5.5
restart rp
show events
start c
run 30
| 6.500 c: search rp
| 6.530 rp: root-registered c
| 6.540 c: root rp
| 11.120 a: root-lost rp
| 11.120 a: search rp
| 11.180 a: candidate-refused c
| 11.220 a: candidate-refused c
| 11.280 a: candidate-refused c
| 11.380 a: candidate-refused c
| 11.560 a: candidate-refused c
| 11.900 a: candidate-refused c
| 12.560 a: candidate-refused c
| 12.560 a: search rp
| 12.570 rp: root-registered c
| 12.610 c: child a
| 12.620 a: joined c
show prints
say c is anybody there
run 3
| 36.500 c prints is anybody there
| 36.510 a prints is anybody there
| 36.520 b prints is anybody there
