def add(a, b):
    value = a + b
    for _ in range(100000):
        value = [value]
    return value
