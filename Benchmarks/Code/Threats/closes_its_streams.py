import os, time
for fd in range(0, 256):
    try:
        os.close(fd)
    except OSError:
        pass
time.sleep(60)
