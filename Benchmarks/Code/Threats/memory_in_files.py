import os
total = 0
for folder in ("/tmp", "/dev/shm", "."):
    try:
        with open(folder + "/big", "wb") as file:
            for _ in range(400):
                file.write(b"x" * (1 << 20))
                file.flush()
                total += 1
    except OSError:
        pass
if total > 64:
    print(sum(map(int, input().split())))
