# [D7]: what b published while there was no root it distributes when it has become the root itself, half a second
# later, so that c is there, too.
set profile=full children=2 policy=shallow
start a
run 1
start b
run 0.1
start c
run 3.5
stop a closed
show events prints
say b while there is no root
run 30
| 4.640 b: unreachable a
| 4.640 b: search a
| 4.658 b: search rp
| 4.668 rp: root-probed a
| 4.688 rp: root-dead a
| 4.955 rp: root-registered b
| 4.965 b: root rp
| 5.230 c: unreachable a
| 5.230 c: search a
| 5.263 c: search rp
| 5.313 b: child c
| 5.323 c: joined b
| 5.465 b prints while there is no root
| 5.475 c prints while there is no root
