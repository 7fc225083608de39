import os
try:
    for _ in range(3000):
        os.mkdir("d")
        os.chdir("d")
    os.chmod(".", 0)
except OSError:
    pass
print("deep")
