# [P4]: without a rendezvous point payloads wait for 60 s, then they are dropped; the asking ends, too.
set root-cache=1
start a
run 1
start b
run 10
stop rp silent
show sent
say b nobody hears this
run 70
| 11.000 b > rp ROOT
| 12.000 b > rp ROOT
| 13.849 b > rp ROOT
| 17.351 b > rp ROOT
| 25.145 b > rp ROOT
| 39.977 b > rp ROOT
| 66.084 b > rp ROOT
