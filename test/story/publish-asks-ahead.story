# [P3]: in the last quarter of the time that the root is known, a payload goes to it, and it is asked for
# besides; so the next one, a minute after the first answer, does not wait.
start a
run 1
start b
run 50
show sent prints
say b one
run 15
say b two
run 1
| 51.000 b > a DATA one
| 51.000 b > rp ROOT
| 51.010 a > b DATA one
| 51.010 a prints one
| 51.010 rp > b TOOR a
| 51.020 b prints one
| 66.000 b > a DATA two
| 66.010 a > b DATA two
| 66.010 a prints two
| 66.020 b prints two
