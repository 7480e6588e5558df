#!/usr/bin/env python3
"""A server with its blobs in a real S3 store: long uploads in little memory, parts of them read back, a wrong secret
refused, the secret nowhere to be seen, a backup out of it."""
import hashlib
import os
import pathlib
import subprocess
import sys
import uuid

from server import BINARY, SKIPPED, Server

STORE = os.environ.get("SYNCLINE_TEST_S3", "")
SIZE = 80 * 1024 * 1024


def expect(holds, what):
    if not holds:
        raise RuntimeError(what)


def peak_memory(server):
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) * 1024


def main():
    if not STORE:
        print("skipped: SYNCLINE_TEST_S3 is not set; run ./dev test")
        return SKIPPED
    os.environ["SYNCLINE_BLOBS"] = STORE.replace("/blobs?", f"/{uuid.uuid4().hex}?")
    secret = os.environ["AWS_SECRET_ACCESS_KEY"]
    with Server() as server:
        content = os.urandom(1024 * 1024) * (SIZE // (1024 * 1024)) + b"the end"
        document = server.call("POST", "/api/documents", {"name": "d", "syncable": True, "body": {}})["id"]
        path = f"/api/documents/{document}/content"
        token = server.tokens["owner", "dev"]
        before = peak_memory(server)
        status, _, answer = server.send("PUT", path, content, token, {"Content-Type": "application/pdf"})
        expect(status < 300, answer)
        status, _, answer = server.send("GET", path, None, token)
        expect(hashlib.sha256(answer).digest() == hashlib.sha256(content).digest(), "the whole")
        growth = peak_memory(server) - before
        expect(growth < SIZE, f"memory grew by {growth} bytes")
        status, _, answer = server.send("GET", path, None, token, {"Range": "bytes=20000000-20000009"})
        expect((status, answer) == (206, content[20000000:20000010]), "a part")
        server.add_tenant("prod")
        report = server.call("POST", "/api/tenant/sync/prod")
        copy = report["items"][0]["targetId"]
        status, _, answer = server.send("GET", f"/api/documents/{copy}/content", None, server.tokens["owner", "prod"],
                                        {"Range": "bytes=-7"})
        expect((status, answer) == (206, b"the end"), "the copy's part")
        expect(not list((server.data / "blobs").glob("*")) if (server.data / "blobs").exists() else True, "no files")

        saved = server.folder / "backup"
        subprocess.run([BINARY, "backup", "--data", server.data, "--to", saved], check=True, env=server.environment,
                       stdout=subprocess.DEVNULL)
        subprocess.run([BINARY, "restore", "--verify", "--from", saved], check=True, stdout=subprocess.DEVNULL)

        environment = dict(server.environment, AWS_SECRET_ACCESS_KEY="another")
        refused = subprocess.run([BINARY, "doctor", "--data", server.data], check=False, env=environment, text=True,
                                 stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
        expect(refused.returncode != 0 and "storage_refused" in refused.stderr, refused.stderr)
        shown = subprocess.run([BINARY, "config", "show"], check=True, env=server.environment, text=True,
                               stdout=subprocess.PIPE).stdout
        command_line = pathlib.Path(f"/proc/{server.process.pid}/cmdline").read_text()
        expect(all(secret not in text for text in (server.log(), shown, command_line, refused.stderr)), "the secret")
    print(f"{SIZE >> 20} MB up and down, memory grew by {growth >> 20} MB; a wrong secret is refused, none is shown")
    return 0


if __name__ == "__main__":
    sys.exit(main())
