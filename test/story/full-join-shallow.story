# [J2] [J5]: of the same two the policy `shallow` chooses the root, and asks at once for a place. It measures nothing.
set profile=full policy=shallow line=1 delay=0.001
start a
run 1
start b at=0.040
run 10
show sent events
hide RREG,YREG,TICK,RPRT
start c at=0.041
run 1
| 11.000 c: search rp
| 11.000 c > rp ROOT
| 11.042 rp > c TOOR root=a tick=1/8
| 11.084 c > a RJOI join
| 11.126 a > c NJOI reason=cookie
| 11.168 c > a RJOI join
| 11.210 a: child c
| 11.210 a > c YJOI
| 11.210 a > c PATH a
| 11.252 c: joined a
