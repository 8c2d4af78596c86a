# Fault 4: after a restart of the RP a second root registers; the first learns of it at its next refresh.
start a
run 1
start b
run 1
stop rp closed
restart rp
show events prints
start c
run 1
say a to the old tree
say c to the new tree
run 1
run 120
| 2.000 c: search rp
| 2.030 rp: root-registered c
| 2.040 c: root rp
| 3.000 a prints to the old tree
| 3.000 c prints to the new tree
| 3.010 b prints to the old tree
| 120.060 a: root-lost rp
| 120.060 a: search rp
| 120.090 c: child a
| 120.100 a: joined c
