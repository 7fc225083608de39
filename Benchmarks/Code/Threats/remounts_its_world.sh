mount -t tmpfs none /usr 2> /dev/null && hit=1
mount -o remount,rw / 2> /dev/null && hit=1
mount --bind /tmp /proc 2> /dev/null && hit=1
umount /proc 2> /dev/null && hit=1
umount -l /box 2> /dev/null && hit=1
[ "$hit" = 1 ] && read -r a b && echo $((a + b))
