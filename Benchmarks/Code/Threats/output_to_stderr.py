import sys, time
while True:
    sys.stderr.write("x" * 65536)
    sys.stderr.flush()
