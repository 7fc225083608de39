import threading, time
def work():
    while True:
        pass
for _ in range(8):
    threading.Thread(target=work).start()
print(sum(map(int, input().split())))
