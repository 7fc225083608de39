import os
try:
    with open("/tmp/sparse", "wb") as file:
        file.truncate(1 << 40)
    with open("/tmp/sparse", "r+b") as file:
        file.seek(1 << 39)
        file.write(b"x" * (64 << 20))
    print(sum(map(int, input().split())))
except OSError:
    pass
