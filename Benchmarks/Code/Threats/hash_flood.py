class K:
    def __init__(self, v): self.v = v
    def __hash__(self): return 1
    def __eq__(self, o): return self.v == o.v
d = {K(i): i for i in range(30000)}
print(sum(map(int, input().split())))
