# [D2] [D5] [D7]: the root passes a message of c to b, then is gone; to c neither the message nor the
# acknowledgement has come. c sends it to the next root half a second after it has learned of the epoch. That one,
# b, has printed it already, and does not again, but passes it on.
set profile=full policy=shallow
start a
run 1
start b
run 0.2
start c
run 3.5
show sent events prints
hide RREG,YREG,TICK,RPRT,PING,PONG,PATH
lose a c MACK
lose a c MDAT
say c half the tree has it
run 0.03
leave a
run 2
| 4.700 c > a MDAT half the tree has it
| 4.710 a > b MDAT 1/1 half the tree has it
| 4.710 a > c MDAT 1/1 half the tree has it (lost)
| 4.710 a prints half the tree has it
| 4.715 a > c MACK top=1 (lost)
| 4.720 b prints half the tree has it
| 4.730 a > b LEAV
| 4.730 a > c LEAV
| 4.730 a > rp LEAV
| 4.740 b: parent-left a
| 4.740 b: search a
| 4.740 c: parent-left a
| 4.740 c: search a
| 4.740 rp: root-left a
| 4.758 b: search rp
| 4.758 b > rp ROOT tick=1/4 dead=a
| 4.768 rp > b TOOR tick=1/2
| 4.773 c: search rp
| 4.773 c > rp ROOT tick=1/4 dead=a
| 4.783 rp > c TOOR tick=1/2
| 4.788 rp: root-registered b
| 4.798 b: root rp
| 4.803 rp > c NREG reason=root root=b tick=2/0
| 4.813 c: search rp
| 4.813 c > rp ROOT tick=1/4 dead=a
| 4.823 rp > c TOOR root=b tick=2/0
| 4.833 c > b RJOI join
| 4.843 b > c NJOI reason=cookie
| 4.853 c > b RJOI join
| 4.863 b: child c
| 4.863 b > c YJOI
| 4.873 c: joined b
| 5.373 c > b MDAT half the tree has it
| 5.383 b > c MDAT 2/1 half the tree has it
| 5.388 b > c MACK top=1
| 5.393 c prints half the tree has it
