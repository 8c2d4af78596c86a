# [I6]: `--accept-base no`: nothing that is bare is answered or passed on, neither at the rendezvous point nor at a
# member.
set profile=full policy=shallow accept-base=0
start a
start b
run 2
show sent events prints
hide TICK,RPRT,PING,PONG,PATH,RREG,YREG
start x base
run 2
forge x a RJOI
forge x a DATA from nobody
run 1
| 2.000 x: search rp
| 2.000 x > rp ROOT
| 3.000 x > rp ROOT
| 4.595 x > rp ROOT
