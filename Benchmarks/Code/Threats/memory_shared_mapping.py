import mmap, os, time
for _ in range(16):
    if os.fork() == 0:
        m = mmap.mmap(-1, 64 << 20)
        for i in range(0, 64 << 20, 4096):
            m[i] = 1
        time.sleep(5)
        os._exit(0)
time.sleep(2)
print(sum(map(int, input().split())))
