# [E1] [I3] [E7]: the first node asks who the root is, gets a cookie with the answer, registers with it, and is the
# root of the first epoch. It refreshes every 3 s [E2].
set profile=full
start a
run 4
| 0.000 a: search rp
| 0.000 a > rp ROOT
| 0.010 rp > a TOOR
| 0.020 a > rp RREG
| 0.030 rp: root-registered a
| 0.030 rp > a YREG tick=1/0
| 0.040 a: root rp
| 3.040 a > rp RREG tick=1/1
| 3.050 rp > a YREG tick=1/1
