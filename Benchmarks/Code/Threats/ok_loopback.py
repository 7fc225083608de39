import socket, threading
server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen()
def answer():
    peer, _ = server.accept()
    peer.sendall(str(sum(map(int, peer.recv(100).split()))).encode())
    peer.close()
threading.Thread(target=answer).start()
client = socket.create_connection(server.getsockname())
client.sendall(input().encode())
print(client.recv(100).decode())
