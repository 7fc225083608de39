import os, random, time, uuid
time.sleep(0.01)
assert time.time() > 1.6e9 and os.getpid() > 0 and uuid.uuid4() and os.urandom(4)
random.seed(1)
print(sum(map(int, input().split())))
