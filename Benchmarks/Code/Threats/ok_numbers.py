from collections import Counter, defaultdict
class MyInt(int):
    pass
def add(a, b):
    total = MyInt(a + b)
    return [total, float(total), Counter("aab"), defaultdict(list, x=[1]), (1, (2,)), None, True, "é🙂"]
