# [P4] [P2] [P6]: a member that does not know the root asks for it, and then publishes what waited.
set root-cache=5
start a
run 1
start b
run 10
show sent prints
say b first
say b second
run 1
| 11.000 b > rp ROOT
| 11.010 rp > b TOOR a
| 11.020 b > a DATA first
| 11.020 b > a DATA second
| 11.030 a > b DATA first
| 11.030 a prints first
| 11.030 a > b DATA second
| 11.030 a prints second
| 11.040 b prints first
| 11.040 b prints second
