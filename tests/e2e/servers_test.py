#!/usr/bin/env python3
"""Two servers on one PostgreSQL, which share the master key and the blobs and nothing else: syncs into one target, the
throttle of sign-in, sweeps. What one does, the other sees; what one must not do twice, is done once."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import threading
import time
import uuid

from server import BINARY, ON_POSTGRES, SKIPPED, Server

ROUNDS = int(os.environ.get("SYNCLINE_SERVERS_ROUNDS", "12"))
STORE = os.environ.get("SYNCLINE_TEST_S3", "")


def expect(holds, what):
    if not holds:
        raise RuntimeError(what)


class Second(Server):
    """Another server on the database and the blobs of the first, with a data directory of its own."""

    def __init__(self, first):
        super().__init__(tenant=None)
        self.first = first
        self.environment = first.environment
        self.address = first.address
        self.tokens, self.tenant = first.tokens, first.tenant
        self.start()


def both(servers, work):
    """Calls work(server, number) for each on a thread of its own; gives what they gave."""
    results = [None] * len(servers)

    def run(number):
        try:
            results[number] = work(servers[number], number)
        except Exception as error:  # pylint: disable=broad-except
            results[number] = error

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(servers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        if isinstance(result, Exception):
            raise result
    return results


def syncs(servers):
    """Both promote into one target at once, while both edit the source: every run is whole, the last one says all."""
    tools = [servers[0].call("POST", "/api/tools", {"name": f"tool {n}", "syncable": True, "body": {"type": "http"}})
             for n in range(20)]

    def work(server, number):
        succeeded = 0
        for round_ in range(ROUNDS):
            tool = tools[(round_ * 2 + number) % len(tools)]["id"]
            status, _, text = server.send("PATCH", f"/api/tools/{tool}",
                                          {"body": {"type": "http", "round": round_, "by": number}},
                                          server.tokens["owner", "dev"])
            expect(status in (200, 503), text)
            status, _, text = server.send("POST", "/api/tenant/sync/prod", None, server.tokens["owner", "dev"])
            expect(status in (200, 409, 503), text)
            succeeded += status == 200
        return succeeded

    succeeded = sum(both(servers, work))
    report = servers[1].call("POST", "/api/tenant/sync/prod?include=unchanged")
    again = servers[0].call("POST", "/api/tenant/sync/prod")
    expect(again["summary"]["created"] == again["summary"]["updated"] == 0, again["summary"])
    expect(report["summary"]["created"] + report["summary"]["updated"] + report["summary"]["unchanged"] == len(tools),
           report["summary"])
    differing = servers[0].rows(
        "SELECT COUNT(*) FROM resources c JOIN resources o ON o.tenant_id = 'dev' AND o.id = c.origin_id "
        "WHERE c.tenant_id = 'prod' AND c.draft_id <> o.draft_id")
    expect(differing == [["0"]], f"copies that differ: {differing}")
    runs = int(servers[0].rows("SELECT COUNT(*) FROM runs WHERE status = 'succeeded'")[0][0])
    expect(runs == succeeded + 2, f"{succeeded} + 2 answers, {runs} runs")
    return succeeded


def one_key(servers):
    """A request that is sent to both at once with one Idempotency-Key is one run, and either gives its answer later."""
    for round_ in range(ROUNDS):
        servers[0].call("POST", "/api/tools", {"name": f"keyed {round_}", "syncable": True, "body": {"type": "http"}})
        before = servers[0].rows("SELECT COUNT(*) FROM runs WHERE status = 'succeeded'")

        def work(server, _, key=f"key-{round_}"):
            status, _, text = server.send("POST", "/api/tenant/sync/prod", None, server.tokens["owner", "dev"],
                                          {"Idempotency-Key": key})
            expect(status == 200, text)
            return json.loads(text)["runId"]

        runs = set(both(servers, work) + both(servers, work))
        after = servers[0].rows("SELECT COUNT(*) FROM runs WHERE status = 'succeeded'")
        expect(len(runs) == 1 and int(after[0][0]) == int(before[0][0]) + 1, f"one run: {runs}")


def throttle(servers):
    """Ten failures on both together; the eleventh attempt is refused by either, also with the right password."""
    wrong = {"email": "nobody@test.example", "password": "not the password", "tenantId": "dev"}
    for attempt in range(10):
        status = servers[attempt % 2].send("POST", "/api/auth/login", wrong)[0]
        expect(status == 401, f"attempt {attempt}: {status}")
    for server in servers:
        status, _, text = server.send("POST", "/api/auth/login", wrong)
        expect(status == 429 and json.loads(text)["code"] == "too_many_attempts", f"the eleventh: {status} {text}")


def sweeps(servers):
    """Both sweep every moment, without grace to speak of, while documents are replaced and promoted."""
    documents = [servers[0].call("POST", "/api/documents", {"name": f"d{n}", "syncable": True, "body": {}})["id"]
                 for n in range(4)]

    def work(server, number):
        for round_ in range(ROUNDS):
            for document in documents[number::2]:
                status, _, text = server.send("PUT", f"/api/documents/{document}/content",
                                              f"{number} {round_}".encode() * 100, server.tokens["owner", "dev"],
                                              {"Content-Type": "text/plain"})
                expect(status in (200, 503), text)
            server.send("POST", "/api/tenant/sync/prod", None, server.tokens["owner", "dev"])

    both(servers, work)
    servers[1].call("POST", "/api/tenant/sync/prod")
    in_use = {row[0] for row in servers[0].rows("SELECT DISTINCT blob_id FROM document_contents")}
    # Beside those in use there are the ones that a run replaced: its ledger keeps them, so that it can be undone.
    kept = in_use | blobs_of_ledgers(servers[0])
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        time.sleep(0.5)
        left = int(servers[0].rows("SELECT COUNT(*) FROM garbage")[0][0])
        if left == 0 and swept(servers) > 0 and stored() in (None, kept):
            break
    expect(left == 0, f"{left} things are still marked")
    expect(len(in_use) == len(documents), f"{len(in_use)} blobs in use")
    expect(stored() in (None, kept), f"{stored()} are stored, not {kept}")
    for server in servers:
        for document in documents:
            status, _, _ = server.send("GET", f"/api/documents/{document}/content", None,
                                       server.tokens["owner", "dev"])
            expect(status == 200, "a document that is in use")
    doctor = subprocess.run([BINARY, "doctor", "--data", servers[0].data], check=True, env=servers[0].environment,
                            stdout=subprocess.PIPE, text=True).stdout
    expect(f"blobs: {len(kept)}, missing: 0, of another size: 0" in doctor, f"{len(kept)} are kept: {doctor}")
    return swept(servers)


def blobs_of_ledgers(server):
    """Their ids stand one after the other, 16 bytes each."""
    ids = set()
    for row in server.rows("SELECT encode(blob_ids, 'hex') FROM run_ledgers"):
        ids |= {str(uuid.UUID(row[0][at:at + 32])) for at in range(0, len(row[0]), 32)}
    return ids


def stored():
    """The ids of the blobs in the shared directory; None where they are elsewhere."""
    folder = pathlib.Path(os.environ["SYNCLINE_BLOBS"])
    return None if STORE else {path.name for path in folder.glob("??/*")}


def swept(servers):
    return sum(server.log().count('"sweep":"done"') for server in servers)


def one_dies(servers):
    """The work goes on when a server is killed, wherever it was."""
    servers[0].kill()
    before = swept(servers[1:])
    document = servers[1].call("POST", "/api/documents", {"name": "late", "body": {}})["id"]
    for text in (b"one", b"two"):
        servers[1].send("PUT", f"/api/documents/{document}/content", text, servers[1].tokens["owner", "dev"],
                        {"Content-Type": "text/plain"})
    deadline = time.monotonic() + 60
    while swept(servers[1:]) == before and time.monotonic() < deadline:
        time.sleep(0.2)
    expect(swept(servers[1:]) > before, "nobody sweeps any more")
    servers[1].call("POST", "/api/tenant/sync/prod")


def main():
    if not ON_POSTGRES:
        print("skipped: several servers need PostgreSQL")
        return SKIPPED
    os.environ["SYNCLINE_SWEEP_EVERY_MS"] = "300"
    os.environ["SYNCLINE_SWEEP_GRACE_MS"] = "5000"
    os.environ["SYNCLINE_MASTER_KEY"] = "5a" * 32
    shared = f"/tmp/syncline-shared-{uuid.uuid4().hex}"
    os.environ["SYNCLINE_BLOBS"] = STORE.replace("/blobs?", f"/{uuid.uuid4().hex}?") if STORE else shared
    try:
        with Server() as first:
            with Second(first) as second:
                first.add_tenant("prod")
                servers = [first, second]
                succeeded = syncs(servers)
                one_key(servers)
                throttle(servers)
                sweeps_done = sweeps(servers)
                one_dies(servers)
    finally:
        shutil.rmtree(shared, ignore_errors=True)
    print(f"two servers{' with their blobs in S3' if STORE else ''}: {succeeded} syncs into one target at once, "
          f"{sweeps_done} sweeps that did something beside them; one of them killed, the other went on")
    return 0


if __name__ == "__main__":
    sys.exit(main())
