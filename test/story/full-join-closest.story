# [J2] [J3] [J8]: of the root, 42 ms away, and its child next door, the policy `closest` chooses the child. The
# round trip to each is measured twice: by PING, or by a request that was answered at once. With the answer to PING
# came a cookie. As others have to be asked first, the root is asked for shelter.
set profile=full policy=closest line=1 delay=0.001
start a
run 1
start b at=0.040
run 1.6
show sent events
hide RREG,YREG,TICK,RPRT
start c at=0.041
run 1
| 2.600 c: search rp
| 2.600 c > rp ROOT
| 2.642 rp > c TOOR root=a tick=1/0
| 2.684 c > a RJOI probe
| 2.726 a > c NJOI reason=cookie
| 2.768 c > a RJOI shelter
| 2.810 a: child c
| 2.810 a > c YJOI reason=foster
| 2.852 c > b PING
| 2.854 b > c PONG
| 2.856 c > b PING
| 2.858 b > c PONG
| 2.860 c > b RJOI probe
| 2.862 b > c NJOI reason=probe
| 2.864 c > b RJOI join
| 2.866 b: child c
| 2.866 b > c YJOI
| 2.866 b > c PATH b a
| 2.868 c: joined b
| 2.868 c > a LEAV
| 2.910 a: child-left c
