# [D3]: who joins gets what comes from then on, not what was before.
set profile=full policy=shallow
start a
run 1
start b
run 3.5
show prints
say a one
say a two
run 1
| 4.500 a prints one
| 4.500 a prints two
| 4.510 b prints one
| 4.510 b prints two
start c
run 1
say a three
run 1
| 6.500 a prints three
| 6.510 b prints three
| 6.510 c prints three
