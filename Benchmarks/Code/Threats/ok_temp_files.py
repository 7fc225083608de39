import os, tempfile
with tempfile.TemporaryDirectory() as folder, open(os.path.join(folder, "x"), "w+") as file:
    file.write(input())
    file.seek(0)
    print(sum(map(int, file.read().split())))
assert open(__file__).read().startswith("import os")
