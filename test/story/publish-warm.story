# [P2] [P3]: while the root is known from a TOOR, a payload goes straight to it.
start a
run 1
start b
run 10
show sent prints
say b bonjour
run 1
| 11.000 b > a DATA bonjour
| 11.010 a > b DATA bonjour
| 11.010 a prints bonjour
| 11.020 b prints bonjour
