import sys, threading
sys.setrecursionlimit(200000)
threading.stack_size(128 << 20)
def depth(n): return 0 if n == 0 else 1 + depth(n - 1)
def main():
    assert depth(20000) == 20000
    print(sum(map(int, input().split())))
thread = threading.Thread(target=main)
thread.start()
thread.join()
