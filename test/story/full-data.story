# [D1] [D2] [D6]: a source sends to the root, the last of its root path. The root stamps the message, with the epoch
# and the next number in it, passes it on, and acknowledges within 5 ms.
set profile=full children=1 policy=shallow
start a
run 1
start b
run 1
start c
run 3.5
show sent prints
hide RREG,YREG,TICK,RPRT
say c bonjour
run 0.5
| 5.500 c > a MDAT bonjour
| 5.510 a > b MDAT 1/1 bonjour
| 5.510 a prints bonjour
| 5.515 a > c MACK top=1
| 5.520 b > c MDAT 1/1 bonjour
| 5.520 b prints bonjour
| 5.530 c prints bonjour
# [P1]: the root stamps its own.
say a bonsoir
run 0.1
| 6.000 a > b MDAT 1/2 bonsoir
| 6.000 a prints bonsoir
| 6.010 b > c MDAT 1/2 bonsoir
| 6.010 b prints bonsoir
| 6.020 c prints bonsoir
