# [D7]: what is published while there is no root is kept, and sent to the next one half a second after its source
# has learned of the epoch, so that others find that root, too.
set profile=full policy=shallow
start a
run 1
start b
run 0.2
start c
run 3.5
show sent events prints
hide RREG,YREG,TICK,RPRT,PING,PONG,PATH
leave a
run 0.02
say c while there is no root
run 2
| 4.700 a > b LEAV
| 4.700 a > c LEAV
| 4.700 a > rp LEAV
| 4.710 b: parent-left a
| 4.710 b: search a
| 4.710 c: parent-left a
| 4.710 c: search a
| 4.710 rp: root-left a
| 4.728 b: search rp
| 4.728 b > rp ROOT tick=1/4 dead=a
| 4.738 rp > b TOOR tick=1/2
| 4.743 c: search rp
| 4.743 c > rp ROOT tick=1/4 dead=a
| 4.753 rp > c TOOR tick=1/2
| 4.758 rp: root-registered b
| 4.768 b: root rp
| 4.773 rp > c NREG reason=root root=b tick=2/0
| 4.783 c: search rp
| 4.783 c > rp ROOT tick=1/4 dead=a
| 4.793 rp > c TOOR root=b tick=2/0
| 4.803 c > b RJOI join
| 4.813 b > c NJOI reason=cookie
| 4.823 c > b RJOI join
| 4.833 b: child c
| 4.833 b > c YJOI
| 4.843 c: joined b
| 5.343 c > b MDAT while there is no root
| 5.353 b > c MDAT 2/1 while there is no root
| 5.353 b prints while there is no root
| 5.358 b > c MACK top=1
| 5.363 c prints while there is no root
