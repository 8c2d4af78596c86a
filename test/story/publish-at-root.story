# [P1]: the root distributes what it publishes itself.
start a
run 1
start b
run 1
show sent prints
say a from the root
run 1
| 2.000 a > b DATA from the root
| 2.000 a prints from the root
| 2.010 b prints from the root
