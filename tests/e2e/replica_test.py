#!/usr/bin/env python3
"""A PostgreSQL with a streaming replica that each commit waits for. Lists are read from the replica. In the middle of
edits and syncs the primary dies and the replica is promoted: everything that was answered is there, nothing is there in
part, and the servers go on by themselves."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import server as e2e
from server import ON_POSTGRES, SKIPPED, Server

ROUNDS = int(os.environ.get("SYNCLINE_REPLICA_ROUNDS", "1"))
SCRIPT = str(pathlib.Path(__file__).resolve().parents[2] / "tools" / "dev" / "postgres.sh")


def expect(holds, what):
    if not holds:
        raise RuntimeError(what)


def postgres(verb, folder):
    return subprocess.run([SCRIPT, verb, folder], check=True, text=True, stdout=subprocess.PIPE).stdout.strip()


def query(address, sql):
    return subprocess.run(["psql", "-qXAt", address, "-c", sql], check=True, text=True,
                          stdout=subprocess.PIPE).stdout.strip()


class Writer(threading.Thread):
    """Makes tools and promotes them until it is told to stop; remembers what was answered."""

    def __init__(self, server, name):
        super().__init__()
        self.server, self.name_ = server, name
        self.tools, self.runs, self.failures = {}, [], 0
        self.stopped = threading.Event()

    def run(self):
        count = 0
        while not self.stopped.is_set():
            count += 1
            self.once({"name": f"{self.name_} {count}", "syncable": True, "body": {"type": "http", "n": count}})

    def once(self, tool):
        token = self.server.tokens["owner", "dev"]
        try:
            status, _, text = self.server.send("POST", "/api/tools", tool, token)
            if status == 201:
                self.tools[json.loads(text)["id"]] = tool["name"]
            else:
                self.failures += 1
            status, _, text = self.server.send("POST", "/api/tenant/sync/prod", None, token)
            if status == 200:
                self.runs.append(json.loads(text)["runId"])
        except OSError:
            self.failures += 1


def lists_come_from_the_replica(server, replica):
    def transactions():
        return int(query(replica, "SELECT xact_commit + xact_rollback FROM pg_stat_database "
                                  "WHERE datname = current_database()"))

    before = transactions()
    for _ in range(100):
        expect(server.call("GET", "/api/tools") is not None, "a list")
    deadline = time.monotonic() + 20
    while transactions() - before < 100 and time.monotonic() < deadline:
        time.sleep(0.2)  # the counters are written now and then
    expect(transactions() - before >= 100, f"only {transactions() - before} reads came to the replica")


def promotion_loses_nothing(folder):
    address = postgres("start", folder)
    replica = postgres("replica", folder)
    e2e.POSTGRES = address
    server = Server()
    try:
        name = server.address.split("///")[1].split("?")[0]
        both = f"postgresql:///{name}?host={folder},{folder}/second&user=syncline&target_session_attrs=read-write"
        replica = replica.replace("///postgres?", f"///{name}?")
        server.stop()
        server.environment["SYNCLINE_DATABASE"] = both
        server.environment["SYNCLINE_DATABASE_REPLICA"] = replica
        server.start()
        server.add_tenant("prod")
        lists_come_from_the_replica(server, replica)
        writers = [Writer(server, f"writer {n}") for n in range(3)]
        for writer in writers:
            writer.start()
        time.sleep(3)
        began = time.monotonic()
        postgres("promote", folder)
        promoted = time.monotonic() - began
        answered = sum(len(writer.tools) for writer in writers)
        while sum(len(writer.tools) for writer in writers) < answered + 3:
            expect(time.monotonic() - began < 60, "nothing is written after the promotion:\n" + server.log()[-3000:])
            time.sleep(0.02)
        back = time.monotonic() - began
        time.sleep(2)
        for writer in writers:
            writer.stopped.set()
        for writer in writers:
            writer.join()
        tools = {id_: name for writer in writers for id_, name in writer.tools.items()}
        runs = [run for writer in writers for run in writer.runs]
        server.address = replica
        stored = {row[0]: row[1] for row in server.rows(
            "SELECT r.id, r.name FROM resources r JOIN bodies b ON b.id = r.draft_id WHERE r.tenant_id = 'dev'")}
        lost = [id_ for id_, name in tools.items() if stored.get(id_) != name]
        expect(not lost, f"{len(lost)} acknowledged tools are lost")
        kept = {row[0] for row in server.rows("SELECT id FROM runs WHERE status = 'succeeded'")}
        expect(all(run in kept for run in runs), "acknowledged syncs are lost")
        server.call("POST", "/api/tenant/sync/prod")
        differing = server.rows(
            "SELECT COUNT(*) FROM resources o LEFT JOIN resources c ON c.tenant_id = 'prod' AND c.origin_id = o.id "
            "WHERE o.tenant_id = 'dev' AND c.draft_id IS DISTINCT FROM o.draft_id")
        expect(differing == [["0"]], f"after the next sync copies differ: {differing}")
        return len(tools), len(runs), sum(writer.failures for writer in writers), promoted, back
    finally:
        server.close()


def main():
    if not ON_POSTGRES:
        print("skipped: a replica needs PostgreSQL")
        return SKIPPED
    for _ in range(ROUNDS):
        folder = tempfile.mkdtemp(prefix="syncline-replica-", dir="/tmp")
        os.chmod(folder, 0o711)
        try:
            tools, runs, failures, promoted, back = promotion_loses_nothing(folder)
        finally:
            postgres("stop", folder)
            shutil.rmtree(folder)
            pathlib.Path(folder + ".log").unlink(missing_ok=True)
        print(f"{tools} tools and {runs} syncs were acknowledged, {failures} requests failed meanwhile; promoted after "
              f"{promoted:.1f} s, writing again after {back:.1f} s: nothing lost, nothing partial")
    return 0


if __name__ == "__main__":
    sys.exit(main())
