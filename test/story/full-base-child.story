# [I6]: of the places of a full node one is for a base child. A second base node is sent to the first.
set profile=full policy=shallow
start a
run 1
show sent events
hide TICK,RPRT,PING,PONG,PATH,RREG,YREG
start x base
run 1
| 1.000 x: search rp
| 1.000 x > rp ROOT
| 1.010 rp > x TOOR a
| 1.020 x > a RJOI
| 1.030 a: child x
| 1.030 a > x YJOI
| 1.040 x: joined a
start y base
run 1
| 2.000 y: search rp
| 2.000 y > rp ROOT
| 2.010 rp > y TOOR a
| 2.020 y > a RJOI
| 2.030 a > y NJOI x
| 2.040 y: parent-full a
| 2.040 y > x RJOI
| 2.050 x: child y
| 2.050 x > y YJOI
| 2.060 y: joined x
start b
run 1
| 3.000 b: search rp
| 3.000 b > rp ROOT
| 3.010 rp > b TOOR root=a tick=1/0
| 3.020 b > a RJOI join
| 3.030 a > b NJOI reason=cookie
| 3.040 b > a RJOI join
| 3.050 a: child b
| 3.050 a > b YJOI
| 3.060 b: joined a
# [D8]: what base nodes publish the root numbers for the full ones; base nodes get bare DATA.
show sent prints
hide TICK,RPRT
say y from the base
run 0.5
| 4.000 y > a DATA from the base
| 4.010 a > b MDAT 1/1 from the base
| 4.010 a > x DATA from the base
| 4.010 a prints from the base
| 4.020 b prints from the base
| 4.020 x > y DATA from the base
| 4.020 x prints from the base
| 4.030 y prints from the base
say b from the full profile
run 0.5
| 4.500 b > a MDAT from the full profile
| 4.510 a > b MDAT 1/2 from the full profile
| 4.510 a > x DATA from the full profile
| 4.510 a prints from the full profile
| 4.515 a > b MACK top=1
| 4.520 b prints from the full profile
| 4.520 x > y DATA from the full profile
| 4.520 x prints from the full profile
| 4.530 y prints from the full profile
