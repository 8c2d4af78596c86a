# [W6] [M13]: answers without a question, from strangers or too late, change nothing and are not answered.
start a
run 1
start b
run 1
show sent events prints
forge rp b NREG
forge rp b TOOR 10.9.9.9 10000
forge a b NJOI 10.9.9.9 10000\n
forge rp b YREG
forge b a YJOI
forge a b BAD!
forge a b TOOR 10.9.9.9
forge a b ROOT
forge b a RREG
run 1
|
