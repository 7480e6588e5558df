#!/usr/bin/env python3
"""Webhooks against a receiver on the loopback: signed, tried again, logged, sent after a crash too, and kept from
private addresses where that is not allowed."""
import hashlib
import hmac
import http.server
import json
import os
import sys
import threading
import time

from server import ON_POSTGRES, Second, Server

PATIENCE = 60


def expect(holds, what):
    if not holds:
        raise RuntimeError(what)


def wait_for(what, holds):
    deadline = time.monotonic() + PATIENCE
    while not holds():
        expect(time.monotonic() < deadline, "waited too long for " + what)
        time.sleep(0.02)


class Receiver(http.server.ThreadingHTTPServer):
    """Keeps what it is sent, and answers as it is told to."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Receive)
        self.received, self.answers, self.pause = [], [], 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        """A server that is killed waits for no answer."""

    def url(self, path="/hook"):
        return f"http://127.0.0.1:{self.server_address[1]}{path}"


class Receive(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((self.path, dict(self.headers), body))
        time.sleep(self.server.pause)
        status = self.server.answers.pop(0) if self.server.answers else 200
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(b"x" * (100_000 if status == 201 else 10))

    def log_message(self, *_):
        pass


def check_signature(secret, headers, body):
    parts = dict(part.split("=", 1) for part in headers["Syncline-Signature"].split(","))
    wanted = hmac.new(secret.encode(), parts["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
    expect(hmac.compare_digest(wanted, parts["v1"]), "the signature is by the secret")
    expect(abs(int(parts["t"]) - time.time()) < PATIENCE, "and of now")


def deliveries(server, hook, tenant="dev"):
    return server.call("GET", f"/api/tenant/webhooks/{hook}/deliveries", tenant=tenant)["items"]


def tells_of_runs(server, receiver, made):
    run = server.call("POST", "/api/tenant/sync/prod")["runId"]
    wait_for("a delivery", lambda: receiver.received)
    path, headers, body = receiver.received.pop()
    told = json.loads(body)
    check_signature(made["secret"], headers, body)
    expect(path == "/hook" and headers["Syncline-Event"] == "run.finished", "the event")
    expect(told["event"] == "run.finished" and told["tenant"] == "dev", f"who is told: {told}")
    expect(told["data"]["runId"] == run and told["data"]["status"] == "succeeded", f"of what: {told}")
    expect(told["id"] == headers["Syncline-Delivery"], "a delivery has one id")

    server.send("POST", "/api/tenant/sync/prod",
                {"resources": [{"kind": "tools", "id": "0197a3b0-0000-7000-8000-00000000dead"}]},
                server.tokens["owner", "dev"], {"Prefer": "respond-async"})
    wait_for("the second", lambda: receiver.received)
    told = json.loads(receiver.received.pop()[2])
    expect(told["event"] == "run.failed" and told["data"]["problem"]["code"] == "unknown_resource", f"failed: {told}")


def tries_again(server, receiver, made):
    receiver.answers = [500, 302, 201]
    test = server.call("POST", f"/api/tenant/webhooks/{made['id']}/test")
    expect(test["status"] == "waiting", "a test is on its way")
    wait_for("the fourth attempt", lambda: deliveries(server, made["id"])[0]["status"] == "delivered")
    last = deliveries(server, made["id"])[0]
    expect(last["attempts"] == 4 and last["answerStatus"] == 200, f"after redirects and too large answers: {last}")
    expect(all(path == "/hook" for path, _, _ in receiver.received), "no redirect was followed")
    ids = {headers["Syncline-Delivery"] for _, headers, _ in receiver.received}
    expect(len(receiver.received) == 4 and ids == {test["id"]}, "each attempt has the same id")
    receiver.received.clear()


def survives_a_crash(server, receiver, made):
    receiver.answers = [500] * 3
    server.call("POST", "/api/tenant/sync/prod")
    wait_for("the first attempt", lambda: receiver.received)
    server.kill()
    receiver.received.clear()
    receiver.answers.clear()
    server.start()
    wait_for("what was left", lambda: deliveries(server, made["id"])[0]["status"] == "delivered")
    expect(receiver.received, "it was sent")


def keeps_its_secret(server, made):
    secret = made["secret"].encode()
    expect(secret not in server.log().encode(), "no secret in the log")
    expect(not any(made["secret"] in line for line in server.contents()), "no secret in the database")
    for path in ["/api/tenant/webhooks", f"/api/tenant/webhooks/{made['id']}/deliveries"]:
        _, _, text = server.send("GET", path, None, server.tokens["owner", "dev"])
        expect(secret not in text, "no secret in an answer")


def asks_for_approval(server, receiver):
    """A risky sync waits as a plan, its approvers are told, one says yes, it is applied, and they are told of that."""
    server.add_member("ann", "ADMIN", "prod")
    server.call("PATCH", "/api/tenant", {"syncPolicy": {"approvals": {"when": "risk"}}}, tenant="prod")
    made = server.call("POST", "/api/tenant/webhooks",
                       {"url": receiver.url("/approvers"), "events": ["approval.wanted", "run.finished"]},
                       tenant="prod")
    server.call("POST", "/api/connections",
                {"name": "crm", "syncable": True, "body": {"url": "https://new.example"}})
    status, _, text = server.send("POST", "/api/tenant/sync/prod", None, server.tokens["owner", "dev"])
    refused = json.loads(text)
    expect(status == 409 and refused["code"] == "approval_required", f"it waits: {text}")
    wait_for("the question", lambda: receiver.received)
    _, headers, body = receiver.received.pop()
    told = json.loads(body)
    check_signature(made["secret"], headers, body)
    expect(told["event"] == "approval.wanted" and told["tenant"] == "prod", f"who is asked: {told}")
    expect(told["data"]["planId"] == refused["planId"] and told["data"]["risky"], f"about what: {told}")
    plan = server.call("GET", refused["plan"], who="ann", tenant="prod")
    expect(plan["risky"] and plan["approval"]["status"] == "pending", f"it can be looked at: {plan['approval']}")
    approved = server.call("POST", refused["plan"] + "/approve", {"comment": "fine"}, who="ann", tenant="prod")
    expect(approved["approval"]["status"] == "approved", "and approved")
    run = server.call("POST", "/api/tenant/sync/prod", {"planId": refused["planId"]})
    expect(run["summary"]["created"] == 1, f"then it is applied: {run['summary']}")
    wait_for("both ends", lambda: len(receiver.received) == 2)
    ends = {path: json.loads(body) for path, _, body in receiver.received}
    expect(set(ends) == {"/hook", "/approvers"}, f"source and target are told: {set(ends)}")
    expect(all(end["event"] == "run.finished" and end["data"]["runId"] == run["runId"]
               and end["data"]["planId"] == refused["planId"] for end in ends.values()), f"of that run: {ends}")
    receiver.received.clear()
    # Until then the sender has its hands on the rows.
    wait_for("both to be written down", lambda: all(each["status"] == "delivered"
                                                    for each in deliveries(server, made["id"], "prod")))
    server.call("DELETE", f"/api/tenant/webhooks/{made['id']}", tenant="prod")


def are_not_without_number(server):
    made = []
    while (answer := server.send("POST", "/api/tenant/webhooks",
                                 {"url": "https://hooks.example.com/", "events": ["run.failed"]},
                                 server.tokens["owner", "dev"]))[0] == 201:
        made.append(json.loads(answer[2])["id"])
    expect(answer[0] == 422 and json.loads(answer[2])["code"] == "too_many_webhooks", f"refused: {answer}")
    expect(len(made) < 20, f"besides the one there is: {len(made)}")
    for each in made:
        server.call("DELETE", f"/api/tenant/webhooks/{each}")


def two_servers_tell_once(server, receiver, made):
    """Both have the same deliveries before them; each is sent by one, also while the receiver takes its time. Who takes
    one and dies leaves it to the other, once its claim has run out."""
    with Second(server) as second:
        receiver.pause = 0.5
        runs = [(server, second)[n % 2].call("POST", "/api/tenant/sync/prod")["runId"] for n in range(30)]
        wait_for("all of them", lambda: len(receiver.received) >= len(runs))
        wait_for("all to be written down", lambda: all(each["status"] == "delivered"
                                                       for each in deliveries(server, made["id"])))
        told = sorted(json.loads(body)["data"]["runId"] for _, _, body in receiver.received)
        expect(told == sorted(runs), f"each is told once: {len(told)} of {len(runs)}")
        expect(all(each["attempts"] == 1 for each in deliveries(server, made["id"])[:len(runs)]), "at once")
        receiver.received.clear()

        second.stop()
        receiver.pause = 5
        run = server.call("POST", "/api/tenant/sync/prod")["runId"]
        wait_for("it to be taken", lambda: receiver.received)
        server.kill()
        receiver.pause = 0
        second.start()
        wait_for("the other to send it", lambda: deliveries(second, made["id"])[0]["status"] == "delivered")
        told = [json.loads(body) for _, _, body in receiver.received]
        expect([each["data"]["runId"] for each in told] == [run] * 2 and told[0]["id"] == told[1]["id"],
               f"again, as the same delivery: {told}")
        server.start()
    receiver.received.clear()


def stays_outside(receiver):
    """Where private addresses are not allowed, neither the API nor the sender takes one, however it got there."""
    with Server() as server:
        status, _, text = server.send("POST", "/api/tenant/webhooks",
                                      {"url": receiver.url(), "events": ["run.failed"]}, server.tokens["owner", "dev"])
        expect(status == 422 and json.loads(text)["code"] == "url_not_allowed", f"refused: {text}")
        made = server.call("POST", "/api/tenant/webhooks",
                           {"url": "https://hooks.example.com/", "events": ["run.failed"]})
        server.change(f"UPDATE webhooks SET url = '{receiver.url()}'")
        server.call("POST", f"/api/tenant/webhooks/{made['id']}/test")
        wait_for("the attempt", lambda: deliveries(server, made["id"])[0]["attempts"] == 1
                 and deliveries(server, made["id"])[0]["triedAt"])
        server.change("UPDATE webhooks SET url = 'https://localhost:8443/'")
        server.call("POST", f"/api/tenant/webhooks/{made['id']}/test")
        wait_for("the other", lambda: deliveries(server, made["id"])[0]["triedAt"])
        log = deliveries(server, made["id"])
        expect(all(each["error"] and not each["answerStatus"] for each in log), f"both failed: {log}")
        expect(not receiver.received, "nothing was sent")


def main():
    receiver = Receiver()
    stays_outside(receiver)
    os.environ["SYNCLINE_WEBHOOK_ALLOW_PRIVATE"] = "1"
    os.environ["SYNCLINE_WEBHOOK_RETRY_MS"] = "100"
    with Server() as server:
        server.add_tenant("prod")
        made = server.call("POST", "/api/tenant/webhooks",
                           {"url": receiver.url(), "events": ["run.finished", "run.failed"]})
        tells_of_runs(server, receiver, made)
        tries_again(server, receiver, made)
        survives_a_crash(server, receiver, made)
        receiver.received.clear()
        if ON_POSTGRES:
            two_servers_tell_once(server, receiver, made)
        asks_for_approval(server, receiver)
        keeps_its_secret(server, made)
        are_not_without_number(server)
        server.call("DELETE", f"/api/tenant/webhooks/{made['id']}")
        expect(server.call("GET", "/api/tenant/webhooks")["items"] == [], "and it is gone")
    print("webhooks: ok")


if __name__ == "__main__":
    sys.exit(main())
