# [P7] [P5]: a member takes DATA from its parent alone, the root from anybody.
set children=1
start a
run 1
start b
run 1
start c
run 1
show sent prints
forge a c DATA not the parent
forge c b DATA from below
run 1
forge c a DATA to the root
run 1
| 4.000 a > b DATA to the root
| 4.000 a prints to the root
| 4.010 b > c DATA to the root
| 4.010 b prints to the root
| 4.020 c prints to the root
