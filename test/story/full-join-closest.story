# [J2] [J3]: of the root, 42 ms away, and its child next door, the policy `closest` chooses the child. The round trip
# to each is measured twice: by PING, and by a request that was answered at once.
set profile=full policy=closest line=1 delay=0.001
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
| 11.084 c > a RJOI probe
| 11.126 a > c NJOI reason=cookie
| 11.168 c > a PING
| 11.168 c > b PING
| 11.170 b > c PONG
| 11.172 c > b PING
| 11.174 b > c PONG
| 11.210 a > c PONG
| 11.252 c > b RJOI probe
| 11.254 b > c NJOI reason=cookie
| 11.256 c > b RJOI foster
| 11.258 b: child c
| 11.258 b > c YJOI
| 11.260 c: joined b
| 11.260 c > b PING path
| 11.262 b > c PATH b a
| 11.262 b > c PONG link
