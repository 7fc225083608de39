def add(a, b):
    if a is None:
        raise ValueError("no number")
    return a + b
