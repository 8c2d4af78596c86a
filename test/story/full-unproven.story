# [I3]: who does not repeat a cookie gets one, and nothing else; who sends less than the answer would have, nothing.
set profile=full
start a
start x
stop x silent
run 1
show sent events
hide YREG
# 172 bytes, without a cookie.
forge x rp RREG hmtp 1\nid 00000000000000aa\nnonce 0000000000000001\npad xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
run 0.1
| 1.000 rp > x NREG reason=cookie
# A cookie that nobody gave is none.
forge x rp RREG hmtp 1\nid 00000000000000aa\nnonce 0000000000000001\ncookie 00000000000000cc\npad xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
run 0.1
| 1.100 rp > x NREG reason=cookie
# Too short, both.
forge x rp RREG hmtp 1\nid 00000000000000aa\nnonce 0000000000000001
forge x a RJOI hmtp 1\nid 00000000000000aa\nnonce 0000000000000001\nwant join
run 0.1
|
