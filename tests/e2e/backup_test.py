#!/usr/bin/env python3
"""Backups are taken from a running server and restored elsewhere; data moves between the two engines. What is there
afterwards is what was there: rows by count and digest, blobs by size and digest."""
import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading

from server import BINARY, ON_POSTGRES, POSTGRES, Server

ROUNDS = int(os.environ.get("SYNCLINE_BACKUP_ROUNDS", "5"))


def expect(holds, what):
    if not holds:
        raise RuntimeError(what)


def run(server, *words, code=0):
    done = subprocess.run([BINARY, *map(str, words)], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=300, check=False, env=server.environment)
    expect(done.returncode == code, f"{words}: wanted {code}, got {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout if code == 0 else done.stderr


def fill(server):
    """Gives the ids of two documents and what they hold."""
    server.add_tenant("prod")
    contents = {}
    for text in (b"", bytes(range(256)) * 9000):
        document = server.call("POST", "/api/documents", {"name": "d", "syncable": True, "body": {}})["id"]
        status, _, answer = server.send("PUT", f"/api/documents/{document}/content", text,
                                        server.tokens["owner", "dev"], {"Content-Type": "text/plain"})
        expect(status < 300, answer)
        contents[document] = text
    tools = [{"kind": "tools", "id": f"0197a3b0-0000-8000-8000-{n:012x}", "name": f"tööl {n}", "syncable": True,
              "body": {"type": "http", "text": "x\\u0001" * n}} for n in range(600)]
    server.call("POST", "/api/import", {"source": "test", "resources": tools})
    connection = server.call("POST", "/api/connections", {"name": "c", "syncable": True, "body": {}})["id"]
    server.call("PUT", f"/api/connections/{connection}/credentials", {"apiKey": "hush, a canary"})
    server.call("POST", "/api/tenant/sync/prod")
    return contents


def contents_of(server):
    """All rows, but the times at which migrations ran."""
    return [line for line in server.contents() if "migrations" not in line]


def backed_up_under_load(server, folder):
    stop = threading.Event()

    def write():
        count = 0
        while not stop.is_set():
            server.call("POST", "/api/tools",
                        {"name": f"later {count}", "body": {"type": "http"}})
            count += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for round_ in range(ROUNDS):
            run(server, "backup", "--data", server.data, "--to", folder / str(round_))
            expect("is whole" in run(server, "restore", "--verify", "--from", folder / str(round_)), "verify")
    finally:
        stop.set()
        writer.join()


def refusals(server, backup, folder):
    with_key = ["--master-key-file", server.data / "master.key"]
    expect("not_empty" in run(server, "backup", "--data", server.data, "--to", backup, code=1), "a backup over another")
    expect("not_empty" in run(server, "restore", "--data", server.data, "--from", backup, *with_key, code=1), "filled")
    empty = Server(tenant=None)
    other_key = folder / "other.key"
    other_key.write_text("ab" * 32)
    other_key.chmod(0o600)
    expect("wrong_master_key" in run(empty, "restore", "--data", empty.data, "--from", backup, "--master-key-file",
                                     other_key, code=4), "another key")
    expect("master_key" in run(empty, "restore", "--data", empty.data, "--from", backup, code=1), "no key")
    expect("no_backup" in run(empty, "restore", "--verify", "--from", folder, code=1), "no backup")
    empty.close()
    canary = subprocess.run(["grep", "-rqa", "canary", backup], check=False).returncode
    expect(canary == 1, "a secret is in the backup in clear")
    expect(not list(backup.rglob("master.key")), "the master key is in the backup")


def damages(server, backup, folder):
    """Every file of a backup, with one byte changed or its last one gone, is found."""
    found = 0
    for path in sorted(backup.rglob("*")):
        if not path.is_file():
            continue
        whole = path.read_bytes()
        middle = len(whole) // 2
        broken = [whole + b"x"]
        if whole:
            broken += [whole[:-1], whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1:]]
        for bytes_ in broken:
            if path.name == "manifest.json" and bytes_ is not broken[-1]:
                continue
            path.write_bytes(bytes_)
            if path.name == "manifest.json":
                manifest = json.loads(whole)
                manifest["tables"][0]["rows"] += 1
                path.write_text(json.dumps(manifest))
                empty = Server(tenant=None)
                error = run(empty, "restore", "--data", empty.data, "--from", backup, "--master-key-file",
                            server.data / "master.key", code=1)
                expect("rows_differ" in error, "a wrong count")
                empty.close()
            else:
                expect("damaged_backup" in run(server, "restore", "--verify", "--from", backup, code=1), path)
            found += 1
        path.write_bytes(whole)
    run(server, "restore", "--verify", "--from", backup)
    return found


def restored(server, backup, contents):
    place = Server(tenant=None)
    shutil.copy(server.data / "master.key", place.folder / "key")
    out = run(place, "restore", "--data", place.data, "--from", backup, "--master-key-file", place.folder / "key")
    expect("restored" in out, out)
    expect(contents_of(place) == contents_of(server), "the rows are not the same")
    place.tokens, place.tenant = server.tokens, "dev"
    place.environment["SYNCLINE_MASTER_KEY_FILE"] = str(place.folder / "key")
    with place:
        place.start()
        for document, text in contents.items():
            status, _, answer = place.send("GET", f"/api/documents/{document}/content", None,
                                           place.tokens["owner", "dev"])
            expect(status == 200 and hashlib.sha256(answer).digest() == hashlib.sha256(text).digest(), "a document")
        report = place.call("POST", "/api/tenant/sync/prod")
        expect(report["summary"]["created"] == 0 and report["summary"]["updated"] == 0, "a sync after it")


def moved(server):
    """From this engine to the other one and back: each time the digests of all tables are the same."""
    if not POSTGRES:
        return 0
    name = "moved_" + server.folder.name.replace("-", "_").lower()
    subprocess.run(["psql", "-qX", POSTGRES, "-c", f'CREATE DATABASE "{name}"'], check=True)
    address = POSTGRES.replace("///postgres?", f"///{name}?")
    here = server.environment.get("SYNCLINE_DATABASE", server.data)
    there = address if here == server.data else server.folder / "moved"
    blobs = [] if here == server.data else ["--from-blobs", server.data / "blobs"]
    table = run(server, "migrate-data", "--from", here, "--to", there, *blobs)
    expect("resources" in table, table)
    expect("not_empty" in run(server, "migrate-data", "--from", here, "--to", there, code=1), "a second time")
    back = server.folder / "back" if here == server.data else address
    again = run(server, "migrate-data", "--from", there, "--to", back)
    rows = [line.split() for line in table.splitlines() if line.count(" ") > 3 and "sha256" not in line
            and not line.startswith("blobs")]
    rows_again = [line.split() for line in again.splitlines() if line.count(" ") > 3 and "sha256" not in line
                  and not line.startswith("blobs")]
    expect(rows and rows == rows_again, "there and back")
    expect(all(row[1:3] == row[3:5] for row in rows), "counts and digests on both sides")
    return len(rows)


def main():
    with Server() as server:
        contents = fill(server)
        backup = server.folder / "backups"
        backup.mkdir()
        backed_up_under_load(server, backup)
        run(server, "backup", "--data", server.data, "--to", backup / "last")
        refusals(server, backup / "last", server.folder)
        found = damages(server, backup / "last", server.folder)
        restored(server, backup / "last", contents)
        server.stop()
        tables = moved(server)
    engine = "PostgreSQL" if ON_POSTGRES else "SQLite"
    print(f"{engine}: {ROUNDS} backups under load verified, one restored, {found} of {found} damages found, "
          f"{tables} tables moved there and back")
    return 0


if __name__ == "__main__":
    sys.exit(main())
