# [B8]: a node asks a silent rendezvous point for ever, ever less often.
stop rp silent
start a
run 200
| 0.000 a: search rp
| 0.000 a > rp ROOT
| 1.000 a > rp ROOT
| 2.886 a > rp ROOT
| 6.201 a > rp ROOT
| 13.691 a > rp ROOT
| 28.391 a > rp ROOT
| 54.499 a > rp ROOT
| 86.401 a > rp ROOT
| 114.000 a > rp ROOT
| 143.947 a > rp ROOT
| 174.542 a > rp ROOT
