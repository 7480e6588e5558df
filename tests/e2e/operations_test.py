#!/usr/bin/env python3
"""The commands of an operator: master keys, doctor, configuration; and the command line as a client."""
import http.server
import json
import os
import pathlib
import subprocess
import sys
import threading

from server import BINARY, ON_POSTGRES, PASSWORD, Server

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


class Commands:
    def __init__(self, server):
        self.server = server
        token_file = server.folder / "token"
        token_file.write_text(server.tokens["owner", "dev"] + "\n")
        self.remote = ["--server", f"http://127.0.0.1:{server.port}", "--token-file", token_file]

    def run(self, *words, text=None, code=0, where=None):
        done = subprocess.run([BINARY, *words, *(self.remote if where is None else where)], input=text, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=False,
                              env=self.server.environment)
        if done.returncode != code:
            raise RuntimeError(f"{words}: wanted {code}, got {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout if code == 0 else done.stderr


def expect(holds, what):
    if not holds:
        raise RuntimeError(what)


def as_a_client(commands):
    run = commands.run
    expect(run("version", where=[]).startswith("syncline "), "the version")
    expect("owner@test.example" in run("whoami"), "whoami")
    run("tenant", "create", "prod", "--environment", "production")
    expect("prod" in run("tenant", "list"), "tenant list")
    run("member", "add", "ann@test.example", "--role", "USER", "--password-stdin", text="a long password\n")
    run("member", "set-role", "ann@test.example", "ADMIN")
    expect("ADMIN" in run("member", "list"), "member list")
    run("var", "set", "HOST", text="crm.test\n")
    expect("HOST" in run("var", "list"), "var list")

    run("document", "apply", "-", text='{"name": "handbook", "syncable": true, "body": {}}')
    document = json.loads(run("documents", "list", "-o", "json"))[0]["id"]
    file = commands.server.folder / "file.txt"
    file.write_text("some words")
    expect("10 bytes" in run("document", "upload", document, str(file), "--media-type", "text/plain"), "upload")
    run("document", "download", document, str(file) + ".copy")
    expect(pathlib.Path(str(file) + ".copy").read_text() == "some words", "download")

    run("tools", "apply", "-", text='{"name": "t", "body": {"type": "http", "n":  1}}')
    tool = json.loads(run("tools", "list", "-o", "json"))[0]["id"]
    run("tools", "publish", tool, "--note", "first")
    run("tools", "syncable", tool, "on")
    expect("first" in run("tools", "versions", tool), "versions")
    expect('{"type": "http", "n":  1}' in run("tools", "get", tool), "the body is verbatim")
    run("connections", "apply", "-", text='{"name": "c", "body": {}}')
    connection = json.loads(run("connections", "list", "-o", "json"))[0]["id"]
    run("connections", "credentials", connection, text='{"apiKey": "${vars.HOST}"}')

    expect("knowledgeBases" in run("sync", "steps"), "sync steps")
    expect("created  tools" in run("sync", "run", "prod", "--step", "tools"), "sync run of a step")
    report = json.loads(run("sync", "run", "prod", "-o", "json"))
    expect(report["summary"]["created"] == 1 and report["summary"]["unchanged"] == 1, "sync run")
    expect(report["runId"] in run("run", "list"), "run list")
    shown = run("run", "show", report["runId"])
    expect("handbook" in shown and "by owner@test.example at " in shown, f"run show: {shown}")
    mine = ("run", "list", "--kind", "sync", "--by", "owner@test.example", "--since", "2020-01-01T00:00:00Z")
    expect(report["runId"] in run(*mine), "run list, filtered")
    expect(report["runId"] not in run(*mine, "--until", "2020-01-02T00:00:00Z"), "run list, before all of them")
    undone = json.loads(run("run", "rollback", report["runId"], "--plan", "-o", "json"))["planId"]
    expect("always waited for" in run("sync", "apply", undone, "--yes", "--no-wait", code=64), "no rollback in passing")
    expect("Undo:" in run("sync", "apply", undone, "--wait"), "a rollback is applied as it was planned")
    expect("Undo:" in run("sync", "run", "prod") and "Undo:" not in run("sync", "run", "prod"), "of nothing, no undo")
    expect("```mermaid" in run("sync", "graph", "prod", "-o", "markdown"), "a graph in Markdown")
    expect(run("sync", "explain", "prod", f"tools/{tool}", "-o", "markdown").startswith("```\ntools/t"), "why")
    nothing = "tools/0197a3b0-0000-7000-8000-00000000dead"
    started = run("sync", "run", "prod", "--only", nothing, "--no-wait", "-o", "json")
    run("run", "watch", json.loads(started)["runId"], code=6)
    expect("unknown_resource" in run("run", "show", json.loads(started)["runId"]), "why a run failed")
    other = json.loads(run("document", "apply", "-", "-o", "json", text='{"name": "empty", "body": {}}'))["id"]
    expect("no_content" in run("document", "download", other, str(file), code=1), "what the server says")

    expect("31 created" in run("import", "flowise", str(ROOT / "examples" / "flowise")), "import")
    expect("31 unchanged" in run("import", "flowise", str(ROOT / "examples" / "flowise")), "import again")

    expect("tenant_not_found" in run("sync", "run", "nowhere", code=6), "a run that failed")
    expect("same_tenant" in run("sync", "run", "dev", code=6), "a run into itself")
    expect("in_use" not in run("tools", "delete", tool), "delete")
    expect("not_found" in run("tools", "get", tool, code=1), "not found")
    run("tools", "get", code=64)
    run("dance", code=64)
    run("tools", "list", code=1, where=["--server", "http://127.0.0.1:1"])
    key = run("token", "create", "ci").strip()
    other = commands.server.folder / "other"
    other.write_text(key)
    there = ["--server", f"http://127.0.0.1:{commands.server.port}", "--token-file", other]
    run("whoami", where=there)
    run("logout", where=there)
    expect("unauthenticated" in run("whoami", code=4, where=there), "not signed in")
    run("login", "--email", "ann@test.example", "--tenant", "dev", text="a long password\n", where=there)
    expect("ann@test.example" in run("whoami", where=there), "signed in")
    expect(other.stat().st_mode & 0o077 == 0 or other.exists(), "the token file")


def on_the_data(commands):
    server, run = commands.server, commands.run
    data = ["--data", server.data]
    key_file = server.data / "master.key"
    expect(key_file.stat().st_mode & 0o077 == 0, "the key file is its owner's only")
    server.process.terminate()
    server.process.wait()
    expect("nothing to do" in run("migrate", where=data), "migrate")
    expect("opens the keys of 2 tenants" in run("key", "verify", where=data), "key verify")
    expect("database: ok" in run("doctor", where=data), "doctor")

    new_key = server.folder / "new.key"
    expect("2 tenants" in run("key", "rotate", "--new-master-key-file", str(new_key), where=data), "rotate")
    expect("wrong_master_key" in run("key", "verify", where=data, code=4), "the old key")
    expect("wrong_master_key" in run("serve", "--listen", "127.0.0.1:0", where=data, code=4), "serve with the old key")
    expect("opens" in run("key", "verify", "--master-key-file", str(new_key), where=data), "the new key")
    os.chmod(new_key, 0o644)
    expect("master_key_exposed" in run("key", "verify", "--master-key-file", str(new_key), where=data, code=4),
           "a key for all to read")
    os.chmod(new_key, 0o600)
    new_key.replace(key_file)
    server.start()
    server.call("GET", "/api/me")
    report = server.call("POST", "/api/tenant/sync/prod")
    expect(report["status"] == "succeeded", "a sync after the rotation")

    config = server.folder / "config.toml"
    config.write_text('body-limit = 5000\nlisten = "127.0.0.1:99999"\n')
    expect("HOST:PORT" in run("config", "show", "--config", str(config), where=[], code=64), "a port too high")
    config.write_text("body-limit = 5000\n")
    shown = run("config", "show", "--origin", "--config", str(config), "--queue", "7", where=[])
    expect("body-limit = 5000  (file)" in shown and "queue = 7  (flag)" in shown, "config show")
    config.write_text("body-limt = 5000\n")
    expect("body-limt" in run("config", "show", "--config", str(config), where=[], code=64), "an unknown setting")


def first_person(server):
    """A server without anybody says so, to its log and to whoever asks, until there is somebody."""
    server.start()
    expect("syncline bootstrap" in server.log(), "the log says what to run")
    expect(server.send("GET", "/api/setup")[::2] == (200, b'{"needed":true}'), "it waits for its first person")
    bootstrap = [BINARY, "bootstrap", "--data", server.data, "--tenant", "dev", "--email", "owner@test.example",
                 "--password-stdin"]
    codes = [subprocess.run(bootstrap, input=PASSWORD, text=True, capture_output=True, check=False,
                            env=server.environment).returncode for _ in range(2)]
    expect(codes[0] == 0 and codes[1] != 0, "the first person is made once")
    expect(server.send("GET", "/api/setup")[::2] == (200, b'{"needed":false}'), "it waits no longer")


def audit_without_a_server(commands):
    """The chains are verified from the rows alone, wherever they are said to be; an edit and a cut end are found."""
    server, run = commands.server, commands.run
    data = ["--data", server.data]
    if ON_POSTGRES:
        data = ["--database", server.environment.pop("SYNCLINE_DATABASE")]
        run("audit", "verify", where=["--database=" + data[1]])
    head = server.call("GET", "/api/tenant/audit/verify")["head"]
    server.stop()
    shown = run("audit", "verify", where=data)
    expect(f"the chain holds; head {head}" in shown and "prod: " in shown, f"all tenants: {shown}")
    run("audit", "verify", "--tenant", "dev", "--expect-head", head, where=data)
    run("audit", "verify", "--tenant", "nowhere", where=data, code=1)
    run("audit", "verify", "--expect-head", head, where=data, code=64)
    run("audit", "verify", "--tenant", "dev", "--expect-head", "abc", where=data, code=64)
    run("audit", "verify", "--tenant", "dev", "--expect-head", "0" * 64, where=data, code=5)
    server.change("DELETE FROM audit WHERE tenant_id = 'dev' AND seq = (SELECT MAX(seq) FROM audit "
                  "WHERE tenant_id = 'dev')")
    run("audit", "verify", where=data)
    expect("the expected head is missing" in run("audit", "verify", "--tenant", "dev", "--expect-head", head,
                                                 where=data, code=5), "a cut end")
    server.change("UPDATE audit SET action = 'other' WHERE tenant_id = 'dev' AND seq = 2")
    expect("In dev row 2 does not fit" in run("audit", "verify", where=data, code=5), "an edit")


def nothing_is_made_where_nothing_is(commands):
    """A folder that was named wrongly is not filled with an empty database and a key."""
    typo = commands.server.folder / "typo"
    elsewhere = ["--data", typo, "--database", "postgres://127.0.0.1:1/nowhere"]
    key = commands.server.folder / "a.key"
    key.write_bytes((commands.server.data / "master.key").read_bytes())
    key.chmod(0o600)
    for words in (["doctor"], ["sweep"], ["audit", "verify"]):
        if not ON_POSTGRES:
            expect("no_database" in commands.run(*words, where=["--data", typo], code=1), f"{words} looks at nothing")
        if words[0] == "audit":
            continue
        expect("master_key_unreadable" in commands.run(*words, where=elsewhere, code=1), f"{words} finds no key")
        expect("no_blobs" in commands.run(*words, "--master-key-file", key, where=elsewhere, code=1),
               f"{words} finds no blobs")
    expect(not typo.exists(), "and makes nothing")


class Stub(http.server.BaseHTTPRequestHandler):
    """A server of runs that gives the prepared answers in turn: a status and a body each."""
    answers = []
    asked = []

    def do_GET(self):
        self.asked.append((self.path, self.headers["Last-Event-ID"]))
        status, body = self.answers.pop(0)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


def watching(commands):
    """The exit code of `run watch` is that of the run, and only its own."""
    stub = http.server.HTTPServer(("127.0.0.1", 0), Stub)
    threading.Thread(target=stub.serve_forever, daemon=True).start()
    where = ["--server", f"http://127.0.0.1:{stub.server_port}", "--token-file", commands.server.folder / "token"]

    def watch(code, *answers):
        Stub.answers, Stub.asked = list(answers), []
        told = commands.run("run", "watch", "r", where=where, code=code)
        expect(not Stub.answers, f"all is asked for: {Stub.answers}")
        return told

    def run_of(status, problem=None):
        return 200, json.dumps({"runId": "r", "status": status, "problem": problem and {"code": problem}})

    stream = (200, 'id: 7\nevent: progress\ndata: {"step":"tools","done":1,"total":2}\n\n')
    ended = (204, "")
    watch(0, stream, run_of("running"), stream, run_of("queued"), ended, run_of("succeeded"))
    expect([last for path, last in Stub.asked if path.endswith("/events")] == ["0", "7", "7"], "from where it was")
    busy = (503, '{"code":"overloaded","detail":"Busy."}')
    expect("overloaded" in watch(1, busy), "looking failed, not the run")
    expect("overloaded" in watch(1, stream, busy), "looking failed, not the run")
    watch(1, (404, '{"code":"not_found","detail":"No."}'))
    watch(4, stream, run_of("running"), (401, '{"code":"unauthenticated","detail":"No."}'))
    expect("bad_answer" in watch(1, stream, (200, "<html>")), "no JSON")
    expect("bad_answer" in watch(1, stream, (200, '"\x80')), "no JSON")
    watch(6, ended, run_of("failed", "interrupted"))
    watch(5, ended, run_of("failed", "plan_stale"))
    watch(1, ended, run_of("failed", "commit_unknown"))
    silent = [answer for _ in range(10) for answer in ((200, ""), run_of("running"))]
    expect("unreachable" in watch(1, *silent), "a run that nobody tells of")
    stub.shutdown()


def doctor_looks_deep(commands):
    """A byte that has turned over is seen by who reads what is there, and by nobody else."""
    server, run = commands.server, commands.run
    data = ["--data", server.data] + (["--database", server.address] if ON_POSTGRES else [])
    expect("of another content: 0" in run("doctor", "--deep", where=data), "all is well")
    blob = next(path for path in (server.data / "blobs").glob("??/*") if path.read_bytes() == b"some words")
    blob.chmod(0o600)
    blob.write_bytes(b"some wards")
    run("doctor", where=data)
    expect("damaged" in run("doctor", "--deep", where=data, code=1), "a byte that has turned over")


def main():
    with Server(tenant=None) as server:
        first_person(server)
    with Server() as server:
        commands = Commands(server)
        as_a_client(commands)
        on_the_data(commands)
        audit_without_a_server(commands)
        doctor_looks_deep(commands)
        nothing_is_made_where_nothing_is(commands)
        watching(commands)
    print("the commands do what they say")
    return 0


if __name__ == "__main__":
    sys.exit(main())
