# [O1]: the grandparent has no place as long as it counts the dead parent as a child; it asks that at once, since the
# orphan says so. Meanwhile the orphan comes back, and has the place as soon as there is one.
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
| 9.580 c > b PING
| 9.730 c: unreachable b
| 9.730 c: search b
| 9.763 c > a RJOI join dead=b
| 9.773 a > c NJOI reason=cookie
| 9.783 c > a RJOI join dead=b
| 9.793 a > b PING
| 9.793 a > c NJOI reason=full
| 9.803 c: parent-full a
| 9.803 c: search rp
| 9.803 c > rp ROOT tick=1/7 dead=b
| 9.813 rp > c TOOR root=a tick=1/9
| ...
| 11.143 a > b PING
| 11.293 a: child-expired b
| 12.144 c > rp ROOT tick=1/7 dead=b
| 12.154 rp > c TOOR root=a tick=1/11
| 12.164 c > a RJOI foster
| 12.174 a > c NJOI reason=cookie
| 12.184 c > a RJOI foster
| 12.194 a: child c
| 12.194 a > c YJOI
| 12.204 c: joined a
| 12.204 c > a PING path
| 12.214 a > c PATH a
| 12.214 a > c PONG link
