# [B2]: a root whose RREG stays unanswered remains the root, and its tree goes on.
start a
run 1
start b
run 1
stop rp silent
run 300
show prints
say a still here
run 1
| 302.000 a prints still here
| 302.010 b prints still here
