# Fault 1: x leaves p for s; r, restarted, gives s's place to n; s comes back through p's stale entry for
# x, to x: a cycle. x and s refresh each other for ever, and nothing that r says reaches them.
set seed=19
start r children=2
run 1
start p children=1
run 1
start s children=2
run 98
show events
start x children=2
run 1
lose x p RJOI 3
run 129
restart r
run 1
start n
run 600
| 100.000 x: search rp
| 100.040 x: parent-full r
| 100.050 p: child x
| 100.060 x: joined p
| 223.060 x: unreachable p
| 223.060 x: search rp
| 223.100 x: parent-full r
| 223.110 s: child x
| 223.120 x: joined s
| 230.000 r: search rp
| 230.040 r: root rp
| 231.000 n: search rp
| 231.030 r: child n
| 231.040 n: joined r
| 241.070 r: child p
| 242.080 s: parent-forgot r
| 242.100 s: parent-full p
| 242.110 x: child s
| 242.120 s: joined x
| 280.050 p: child-expired x
show prints
say r nobody in the cycle hears this
run 1
| 831.000 r prints nobody in the cycle hears this
| 831.010 n prints nobody in the cycle hears this
| 831.010 p prints nobody in the cycle hears this
