def solve():
    print(sum(map(int, input().split())))
    exit()
solve()
