# [T2] [E1]: a new epoch begins while a publishes. Path and key go down before all that is of the epoch: nobody misses
# a message.
set profile=full children=1 policy=shallow rdv-forgets=1
start a
run 1
start b
run 1
start c
run 1
start d
run 3.5
restart rp
run 4.59
show sent events prints
hide RREG,NREG,YREG,RPRT,PING,PONG
run 0.028
say a one
run 0.012
say a two
run 0.012
say a three
run 0.5
| 11.110 c > d TICK 1/11
| 11.110 rp: root-registered a
| 11.118 a > b MDAT 1/1 one
| 11.118 a prints one
| 11.120 a > b PATH a
| 11.120 a > b TICK 2/2
| 11.128 b > c MDAT 1/1 one
| 11.128 b prints one
| 11.130 b > c PATH b a
| 11.130 b > c TICK 2/2
| 11.130 a > b MDAT 2/1 two
| 11.130 a prints two
| 11.138 c > d MDAT 1/1 one
| 11.138 c prints one
| 11.140 b > c MDAT 2/1 two
| 11.140 b prints two
| 11.140 c > d PATH c b a
| 11.140 c > d TICK 2/2
| 11.142 a > b MDAT 2/2 three
| 11.142 a prints three
| 11.148 d prints one
| 11.150 c > d MDAT 2/1 two
| 11.150 c prints two
| 11.152 b > c MDAT 2/2 three
| 11.152 b prints three
| 11.160 d prints two
| 11.162 c > d MDAT 2/2 three
| 11.162 c prints three
| 11.172 d prints three
