# [E5]: who cannot reach the root asks those whom the rendezvous point names besides: it has heard of them, with
# proof, not long ago. Here c was an orphan, when the root before left.
set profile=full policy=shallow
start a
run 1
start b
run 0.1
start c
run 2
show events
leave a
run 3
| 3.110 b: parent-left a
| 3.110 b: search a
| 3.110 c: parent-left a
| 3.110 c: search a
| 3.110 rp: root-left a
| 3.128 b: search rp
| 3.143 c: search rp
| 3.158 rp: root-registered b
| 3.168 b: root rp
| 3.183 c: search rp
| 3.233 b: child c
| 3.243 c: joined b
show sent events
hide RREG,YREG,TICK,RPRT,PING,PONG,PATH
lose d b * 99
start d
run 6
| 6.100 d: search rp
| 6.100 d > rp ROOT
| 6.110 rp > d TOOR root=b tick=2/0
| 6.120 d > b RJOI foster (lost)
| 6.420 d > b RJOI foster (lost)
| 7.020 d > b RJOI foster (lost)
| 8.220 d > b RJOI (lost)
| 10.620 d: candidate-silent b
| 10.620 d > c RJOI foster
| 10.630 c > d NJOI reason=cookie
| 10.640 d > c RJOI foster
| 10.650 c: child d
| 10.650 c > d YJOI
| 10.660 d: joined c
