import atexit
answer = sum(map(int, input().split()))
atexit.register(lambda: print(answer))
