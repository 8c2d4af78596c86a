# [I3]: who does not repeat a cookie gets one, and nothing else; who sends less than the answer may have, nothing.
set profile=full
start a
start x
stop x silent
run 1
show sent events
hide YREG
# 185 bytes, without a cookie.
forge x rp RREG hmtp 1\nid 00000000000000aa\nnonce 0000000000000001\npad xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
run 0.1
| 1.000 rp > x NREG reason=cookie
# A cookie that nobody gave is none.
forge x rp RREG hmtp 1\nid 00000000000000aa\nnonce 0000000000000001\ncookie 00000000000000cc\npad xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
run 0.1
| 1.100 rp > x NREG reason=cookie
# 245 bytes, to a member.
forge x a RJOI hmtp 1\nid 00000000000000aa\nnonce 0000000000000001\nwant join\npad xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
run 0.1
| 1.200 a > x NJOI reason=cookie
# A byte less, each.
forge x rp RREG hmtp 1\nid 00000000000000aa\nnonce 0000000000000001\npad xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
forge x a RJOI hmtp 1\nid 00000000000000aa\nnonce 0000000000000001\nwant join\npad xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
run 0.1
|
