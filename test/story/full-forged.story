# [I4] [I6] [F5] [D4]: in the name of a neighbour, but without the link's token, the epoch's key or an open question,
# nothing is believed: no LEAV, no PATH, no YJOI, no data. The parent does not become a child by a bare request, nor
# does the rendezvous point.
set profile=full
start a
run 1
start b
start x
stop x silent
run 2.5
show sent events prints
hide RREG,YREG,RPRT,TICK
forge a b LEAV 12345678
forge b a LEAV 12345678
forge a rp LEAV 12345678
forge a b YJOI
forge a b NJOI 10.0.0.4 10000
forge a b MDAT 0000000000000000000000000000000000000000000 forged
forge a b DATA forged
forge a b RJOI
forge rp b RJOI
run 1
|
# [J3]: PING is answered, whoever asks. The answer is no longer: both have 22 bytes.
forge x a PING 123456789ABCDEF01
run 1
| 4.500 a > x PONG
