#!/usr/bin/env python3
"""Runs that nobody waits for: followed by server-sent events, resumed, stopped, left behind by a server that dies. On
PostgreSQL also with two servers on one database: a run of the one is followed and stopped through the other."""
import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import time

from server import ON_POSTGRES, Second, Server

FOLLOWERS = 500
PATIENCE = 30


def expect(holds, what):
    if not holds:
        raise RuntimeError(what)


@contextlib.contextmanager
def writer_held(server, tenant):
    """On PostgreSQL: a run that changes the tenant waits until the end of this, within its transaction."""
    with subprocess.Popen(["psql", "-qXAt", server.address], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True) as session:
        session.stdin.write(f"BEGIN; UPDATE tenants SET label = label WHERE id = '{tenant}'; SELECT 'held';\n")
        session.stdin.flush()
        expect(session.stdout.readline().strip() == "held", "the row is held")
        try:
            yield
        finally:
            session.stdin.write("ROLLBACK;\n")
            session.stdin.close()


class Events:
    """One who follows a run."""

    def __init__(self, server, run, token, last=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        headers = {"Authorization": "Bearer " + token}
        if last is not None:
            headers["Last-Event-ID"] = str(last)
        self.connection.request("GET", f"/api/tenant/sync/runs/{run}/events", headers=headers)
        self.answer = self.connection.getresponse()
        self.status = self.answer.status

    def next(self):
        """The next event as (id, name, data), or None at the end."""
        fields = {}
        while True:
            line = self.answer.readline().decode()
            if not line:
                return None
            line = line.rstrip("\n")
            if not line and "event" in fields:
                return int(fields["id"]), fields["event"], json.loads(fields["data"])
            if line and not line.startswith(":"):
                name, _, value = line.partition(": ")
                fields[name] = value

    def rest(self):
        return list(iter(self.next, None))

    def close(self):
        self.connection.close()


def start(server, body=None, target="prod", who="owner"):
    status, headers, text = server.send("POST", f"/api/tenant/sync/{target}", body, server.tokens[who, "dev"],
                                        {"Prefer": "respond-async"})
    expect(status == 202, f"started: {status} {text}")
    run = json.loads(text)
    expect(headers["Location"] == "/api/tenant/sync/runs/" + run["runId"], "the Location")
    return run["runId"]


def state(server, run):
    return server.call("GET", f"/api/tenant/sync/runs/{run}")


def wait_for(what, holds):
    deadline = time.monotonic() + PATIENCE
    while not holds():
        expect(time.monotonic() < deadline, "waited too long for " + what)
        time.sleep(0.02)


def wait_until(server, run, status):
    def holds():
        now = state(server, run)
        expect(now["status"] == status or not now["finishedAt"], f"wanted {status}: {now.get('problem')}")
        return now["status"] == status

    wait_for(f"{run} to be {status}", holds)


def add_tools(server, count, prefix):
    resources = [{"id": f"{prefix}{n:04x}-0000-8000-8000-000000000001", "kind": "tools", "name": f"{prefix}{n}",
                  "syncable": True, "body": {"type": "http"}} for n in range(count)]
    server.call("POST", "/api/import", {"source": "test", "resources": resources})


def is_followed_to_its_end(server):
    token = server.tokens["owner", "dev"]
    run = start(server)
    wait_until(server, run, "succeeded")
    events = Events(server, run, token).rest()
    expect([event[0] for event in events] == list(range(1, len(events) + 1)), f"ids are consecutive: {events}")
    expect([event[1] for event in events[:-1]] == ["progress"] * (len(events) - 1), "progress comes first")
    expect(events[-2][2]["done"] == events[-2][2]["total"] > 0, "all is done")
    expect(events[-1][1] == "finished" and events[-1][2]["status"] == "succeeded", "then it has finished")
    expect(events[-1][2]["startedBy"]["email"] == "owner@test.example", "the run's item")
    resumed = Events(server, run, token, last=1).rest()
    expect(resumed == events[1:], "it goes on after the event that was seen last")
    expect(Events(server, run, token, last=events[-1][0]).status == 204, "and then there is nothing more")


def a_client_that_goes_away_stops_nothing(server):
    add_tools(server, 2000, "dddd")
    run = start(server)
    Events(server, run, server.tokens["owner", "dev"]).close()
    wait_until(server, run, "succeeded")


def many_follow(server):
    """All at once, without a worker for each: others are served meanwhile."""
    add_tools(server, 3, "eeee")
    request = f"HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {server.tokens['owner', 'dev']}\r\n\r\n"
    with contextlib.ExitStack() as sockets:
        held = contextlib.ExitStack()
        if ON_POSTGRES:
            held.enter_context(writer_held(server, "prod"))
        run = start(server)
        followers = {}
        for _ in range(FOLLOWERS):
            follower = sockets.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE))
            follower.sendall(f"GET /api/tenant/sync/runs/{run}/events {request}".encode())
            followers[follower] = follower.recv(65536)
            expect(followers[follower].startswith(b"HTTP/1.1 200 "), f"refused: {followers[follower]!r}")
        begun = time.monotonic()
        for _ in range(20):
            server.call("GET", "/api/me")
        took = (time.monotonic() - begun) / 20
        held.close()
        for follower, text in followers.items():
            while b"event: finished" not in text:
                piece = follower.recv(65536)
                expect(piece, f"a follower was cut off: {text!r}")
                text += piece
    print(f"runs: {FOLLOWERS} followers; another request took {took * 1000:.1f} ms meanwhile")
    wait_until(server, run, "succeeded")


def a_token_that_ends_takes_the_stream_with_it(server):
    add_tools(server, 3, "ffff")
    expires = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3))
    key = server.call("POST", "/api/tenant/apiKeys", {"description": "follower", "expiresAt": expires})
    with writer_held(server, "prod"):
        run = start(server)
        events = Events(server, run, key["token"])
        expect(events.status == 200, "it may follow")
        begun = time.monotonic()
        expect(not any(event[1] == "finished" for event in events.rest()), "the stream ends before the run")
        expect(time.monotonic() - begun < 6, "and soon after its token")
    wait_until(server, run, "succeeded")


def a_token_that_is_revoked_does_too(server, second):
    """Wherever it is revoked."""
    add_tools(server, 3, "8888")
    key = server.call("POST", "/api/tenant/apiKeys", {"description": "follower"})
    with writer_held(server, "prod"):
        run = start(server)
        events = Events(server, run, key["token"])
        expect(events.status == 200, "it may follow")
        second.call("DELETE", f"/api/tenant/apiKeys/{key['id']}")
        begun = time.monotonic()
        expect(not any(event[1] == "finished" for event in events.rest()), "the stream ends before the run")
        expect(time.monotonic() - begun < 3, "and soon after its token")
    wait_until(server, run, "succeeded")


def is_stopped_before_it_commits(first, second):
    before = first.call("GET", "/api/tools?limit=500&q=aaaa", tenant="prod")
    add_tools(first, 3, "aaaa")
    with writer_held(first, "prod"):
        run = start(first)
        wait_until(second, run, "running")
        events = Events(second, run, first.tokens["owner", "dev"])
        status, _, text = second.send("POST", f"/api/tenant/sync/runs/{run}/cancel", None,
                                      first.tokens["owner", "dev"])
        expect(status == 202, f"cancelled: {text}")
        time.sleep(0.3)
    last = events.rest()[-1]
    expect(last[1] == "finished" and last[2]["status"] == "cancelled", f"it was stopped: {last}")
    wait_until(first, run, "cancelled")
    expect(first.call("GET", "/api/tools?limit=500&q=aaaa", tenant="prod") == before, "nothing was applied")
    status, _, text = first.send("POST", f"/api/tenant/sync/runs/{run}/cancel", None, first.tokens["owner", "dev"])
    expect(status == 409 and json.loads(text)["code"] == "run_finished", "too late")
    run = start(first)
    events = Events(second, run, first.tokens["owner", "dev"]).rest()
    expect(events[-1][2]["status"] == "succeeded" and events[-1][2]["summary"]["created"] == 3, "the next one is whole")


def is_stopped_while_it_waits_behind_another(server):
    """The other one makes its plan stale meanwhile: it was stopped before that."""
    add_tools(server, 3, "9999")
    plan = server.call("POST", "/api/tenant/sync/prod/plan")["planId"]
    with writer_held(server, "prod"):
        other = start(server)
        wait_until(server, other, "running")
        run = start(server, {"planId": plan})
        wait_until(server, run, "running")
        server.call("POST", f"/api/tenant/sync/runs/{run}/cancel")
        time.sleep(0.3)
    wait_until(server, other, "succeeded")
    wait_until(server, run, "cancelled")


def what_a_dead_server_leaves_is_ended(first, second):
    """By the other server after the lease; alone, by the next start. The row tells the truth."""
    add_tools(first, 3, "bbbb")
    with writer_held(first, "prod") if second else contextlib.nullcontext():
        run = start(first)
        if second:
            wait_until(first, run, "running")
        first.kill()
    if not second:
        first.start()
    other = second or first
    wait_for("the end of " + run, lambda: state(other, run)["status"] in ["succeeded", "failed"])
    ended = state(other, run)
    there = [tool for tool in other.call("GET", "/api/tools?limit=500&q=bbbb", tenant="prod")["items"]]
    if ended["status"] == "failed":
        expect(ended["problem"]["code"] == "interrupted" and not there, f"nothing was applied: {ended} {there}")
    else:
        expect(not second and len(there) == 3, f"all was applied: {ended} {there}")
    if second:
        first.start()


def main():
    os.environ["SYNCLINE_RUN_LEASE_MS"] = "3000"
    with Server() as server:
        server.add_tenant("prod")
        add_tools(server, 20, "cccc")
        is_followed_to_its_end(server)
        a_client_that_goes_away_stops_nothing(server)
        many_follow(server)
        if ON_POSTGRES:
            a_token_that_ends_takes_the_stream_with_it(server)
            with Second(server) as second:
                a_token_that_is_revoked_does_too(server, second)
                is_stopped_before_it_commits(server, second)
                is_stopped_while_it_waits_behind_another(server)
                what_a_dead_server_leaves_is_ended(server, second)
        else:
            what_a_dead_server_leaves_is_ended(server, None)
    print("runs: ok")


if __name__ == "__main__":
    sys.exit(main())
