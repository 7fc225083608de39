import os
while True:
    pid = os.fork()
    if pid == 0:
        if os.fork() == 0:
            for _ in range(200000):
                pass
            os._exit(0)
        os._exit(0)
    os.waitpid(pid, 0)
