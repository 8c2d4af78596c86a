# [D7]: what is not acknowledged is sent again after 300 ms, and so on.
set profile=full policy=shallow
start a
run 1
start b
start c
run 3.5
show sent prints
hide RREG,YREG,TICK,RPRT
lose b a MDAT 2
say b lost twice
run 1.5
| 4.500 b > a MDAT lost twice (lost)
| 4.800 b > a MDAT lost twice (lost)
| 5.110 b > a MDAT lost twice
| 5.120 a > b MDAT 1/1 lost twice
| 5.120 a > c MDAT 1/1 lost twice
| 5.120 a prints lost twice
| 5.125 a > b MACK top=1
| 5.130 b prints lost twice
| 5.130 c prints lost twice
# [D2]: the root has stamped it, and does not do so again; it acknowledges again.
lose a b MACK
say b its acknowledgement is lost
run 1.5
| 6.000 b > a MDAT its acknowledgement is lost
| 6.010 a > b MDAT 1/2 its acknowledgement is lost
| 6.010 a > c MDAT 1/2 its acknowledgement is lost
| 6.010 a prints its acknowledgement is lost
| 6.015 a > b MACK top=2 (lost)
| 6.020 b prints its acknowledgement is lost
| 6.020 c prints its acknowledgement is lost
| 6.300 b > a MDAT its acknowledgement is lost
| 6.315 a > b MACK top=2
