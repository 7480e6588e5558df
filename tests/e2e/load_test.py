#!/usr/bin/env python3
"""A large upload in little memory, and slow clients that do not hold up the others. Bounded: SYNCLINE_LOAD=full for
1 GB and 400 clients, else 128 MB and 100."""
import hashlib
import http.client
import os
import socket
import sys
import time

from server import Server

FULL = os.environ.get("SYNCLINE_LOAD") == "full"
UPLOAD = (1024 if FULL else 128) * 1024 * 1024
CLIENTS = 400 if FULL else 100
MOST_GROWTH_MB = 64
PIECE = bytes(range(256)) * 256


def memory_mb(server, name):
    with open(f"/proc/{server.process.pid}/status", encoding="ascii") as status:
        for line in status:
            if line.startswith(name + ":"):
                return int(line.split()[1]) / 1024
    raise RuntimeError("no " + name)


def upload(server):
    """Growth of the server's memory at its peak, in MB."""
    document = server.call("POST", "/api/documents", {"name": "large", "body": {}})["id"]
    before = memory_mb(server, "VmRSS")
    digest = hashlib.sha256()

    def pieces():
        for _ in range(UPLOAD // len(PIECE)):
            digest.update(PIECE)
            yield PIECE

    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)
    connection.request("PUT", f"/api/documents/{document}/content", body=pieces(), headers={
        "Authorization": "Bearer " + server.tokens["owner", "dev"], "Content-Length": str(UPLOAD),
        "Content-Type": "application/octet-stream"})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    if answer.status != 200 or digest.hexdigest() not in text:
        raise RuntimeError(f"the upload failed: {answer.status} {text}")
    return memory_mb(server, "VmHWM") - before


def latencies(server, count=200):
    """Milliseconds of requests one after another, sorted."""
    times = []
    for _ in range(count):
        began = time.monotonic()
        server.call("GET", "/api/me")
        times.append((time.monotonic() - began) * 1000)
    return sorted(times)


def with_slow_clients(server):
    """Latencies while many clients send their requests a byte at a time."""
    wires = []
    for n in range(CLIENTS):
        wire = socket.create_connection(("127.0.0.1", server.port))
        if n % 2:
            wire.sendall(b"GET /api/me HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        else:
            wire.sendall(b"POST /api/tools HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
        wires.append(wire)
    times = []
    for _ in range(4):
        for wire in wires:
            wire.sendall(b"a")
        times += latencies(server, 50)
    for wire in wires:
        wire.close()
    return sorted(times)


def main():
    with Server() as server:
        growth = upload(server)
        alone = latencies(server)
        crowded = with_slow_clients(server)
    print(f"{UPLOAD >> 20} MB uploaded: {growth:.1f} MB more memory at the peak")
    print(f"GET /api/me: median {alone[len(alone) // 2]:.2f} ms and p99 {alone[len(alone) * 99 // 100]:.2f} ms alone; "
          f"median {crowded[len(crowded) // 2]:.2f} ms and p99 {crowded[len(crowded) * 99 // 100]:.2f} ms beside "
          f"{CLIENTS} slow clients")
    if growth > MOST_GROWTH_MB:
        print(f"more than {MOST_GROWTH_MB} MB")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
