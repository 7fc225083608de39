read -r a b
cat <<END | tr ' ' '\n' | { s=0; while read -r x; do s=$((s + x)); done; echo $s; }
$a $b
END
