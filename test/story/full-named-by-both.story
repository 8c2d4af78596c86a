# [J2] [J3] [E5]: the rendezvous point names b, a child of the root, for who cannot reach the root. When the root names
# b, too, it is a candidate as any other: c, next to it, measures it, and joins it.
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
| 11.168 c > a RJOI shelter
| 11.210 a: child c
| 11.210 a > c YJOI reason=foster
| 11.252 c > b PING
| 11.254 b > c PONG
| 11.256 c > b PING
| 11.258 b > c PONG
| 11.260 c > b RJOI probe
| 11.262 b > c NJOI reason=probe
| 11.264 c > b RJOI join
| 11.266 b: child c
| 11.266 b > c YJOI
| 11.266 b > c PATH b a
| 11.268 c: joined b
| 11.268 c > a LEAV
| 11.310 a: child-left c
