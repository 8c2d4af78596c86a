# [O1] [J8]: the grandparent has no place as long as it counts the dead parent as a child; it asks that at once,
# since the orphan says so. Meanwhile the orphan is its foster child, comes back, and has the place as soon as
# there is one.
set profile=full children=1 policy=shallow
start a
run 1
start b
run 1
start c
run 5.5
stop b silent
run 2
show sent events
hide RREG,YREG,TICK
run 3
| 9.600 c > b PING
| 9.750 c: unreachable b
| 9.750 c: search b
| 9.783 c > a RJOI join dead=b
| 9.793 a > c NJOI reason=cookie
| 9.803 c > a RJOI join dead=b
| 9.813 a > b PING
| 9.813 a > c NJOI reason=full
| 9.823 c: parent-full a
| 9.823 c: search rp
| 9.823 c > rp ROOT tick=1/7 dead=b
| 9.833 rp > c TOOR root=a tick=1/9
| 9.843 c > a RJOI join
| 9.853 a > c NJOI reason=cookie
| 9.863 c > a RJOI shelter
| 9.873 a: child c
| 9.873 a > c YJOI reason=foster
| 9.883 c: search rp
| 9.883 c > rp ROOT tick=1/7 dead=b
| 9.893 rp > c TOOR root=a tick=1/9
| 9.903 c > a RJOI join
| 9.913 a > c NJOI reason=cookie
| 9.923 c: search rp
| ...
| 11.163 a > b PING
| 11.313 a: child-expired b
| 12.184 c > rp ROOT tick=1/7 dead=b
| 12.194 rp > c TOOR root=a tick=1/12
| 12.204 c > a RJOI join
| 12.214 a > c NJOI reason=cookie
| 12.224 c > a RJOI join
| 12.234 a: child c
| 12.234 a > c YJOI
| 12.234 a > c PATH a
| 12.244 c: joined a
