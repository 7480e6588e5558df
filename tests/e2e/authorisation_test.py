#!/usr/bin/env python3
"""Every route asked by everyone, over HTTP, compared with tests/golden/authorisation.txt. `--write` writes that file.

Where a change would be made, the request is one that an allowed caller is refused for another reason (an empty body,
an If-Match that names no state), so that a line shows who gets past the door and nothing is changed.
"""
import json
import pathlib
import re
import sys

from server import Server

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
GOLDEN = ROOT / "tests" / "golden" / "authorisation.txt"
ROUTE = re.compile(r'\{"([A-Z]+)",\s*"([^"]+)",\s*(\w+),')
CALLERS = ["nobody", "viewer", "user", "admin", "owner"]
NOTHING = "0197a3b0-0000-7000-8000-00000000dead"


def routes():
    found = ROUTE.findall((ROOT / "src" / "http" / "routes.cpp").read_text())
    if len(found) < 30:
        raise RuntimeError("the routes table cannot be read")
    # The console's pages are for anyone, and there only when the console was built.
    return [route for route in found if route[1] != "/{page}"]


def set_up(server):
    """Tenants dev and prod with everyone in them, and other, of which only the superuser is a member."""
    for tenant in ["prod", "other"]:
        server.add_tenant(tenant)
    for role in ["viewer", "user", "admin"]:
        server.add_member(role, role.upper(), "dev")
        server.add_member(role, role.upper(), "prod", is_new=False)
    # The superuser is `owner` of all; this one is an owner of dev and prod only.
    server.add_member("boss", "OWNER", "dev")
    server.add_member("boss", "OWNER", "prod", is_new=False)
    ids = {}
    for where, tenant in [("own", "dev"), ("foreign", "other")]:
        document = server.call("POST", "/api/documents", {"name": "d", "body": {}}, tenant=tenant)["id"]
        ids[where] = {
            "documents": document,
            "connections": server.call("POST", "/api/connections", {"name": "c", "body": {}}, tenant=tenant)["id"],
            "knowledgeBases": server.call("POST", "/api/knowledgeBases", {
                "name": "k", "body": {"documents": [{"documentId": document}]}}, tenant=tenant)["id"],
            "tools": server.call("POST", "/api/tools", {"name": "t", "body": {"type": "http"}}, tenant=tenant)["id"],
            "accounts": NOTHING,
            "apiKeys": server.call("POST", "/api/tenant/apiKeys", {"description": "k"}, tenant=tenant)["id"],
        }
    server.call("PUT", "/api/tenant/variables/SET", {"value": "x"}, tenant="other")
    ids["own"]["run"] = server.call("POST", "/api/tenant/sync/prod", who="boss")["runId"]
    ids["own"]["plan"] = server.call("POST", "/api/tenant/sync/prod/plan", who="boss")["planId"]
    server.add_tenant("third")
    ids["foreign"]["plan"] = server.call("POST", "/api/tenant/sync/third/plan", who="owner", tenant="other")["planId"]
    ids["foreign"]["run"] = server.call("POST", "/api/tenant/sync/third", who="owner", tenant="other")["runId"]
    return ids


def fill(pattern, where, ids):
    known = ids.get(where, {})

    def id_of(kind):
        return known.get(kind, NOTHING)

    path = pattern
    for kind in ["run", "plan"]:
        if f"/sync/{kind}s/" in path:
            path = path.replace("{id}", id_of(kind))
    for kind in ["accounts", "apiKeys", "documents", "connections", "knowledgeBases"]:
        path = path.replace(f"/{kind}/{{id}}", f"/{kind}/{id_of(kind)}")
    path = path.replace("{documentId}", id_of("documents"))
    path = path.replace("{target}", {"own": "prod", "foreign": "other", "missing": "nowhere"}[where])
    path = path.replace("{step}", "tools").replace("{kind}", "tools").replace("{id}", id_of("tools"))
    return path.replace("{name}", "SET").replace("{field}", "apiKey")


def places(pattern):
    return ["own", "foreign", "missing"] if re.search(r"\{(id|target)\}", pattern) else ["own"]


def ask(server, method, path, caller):
    token = None if caller == "nobody" else server.tokens["boss" if caller == "owner" else caller, "dev"]
    if path == "/api/auth/logout" and token:
        server.login("boss" if caller == "owner" else caller, "dev")
        token = server.tokens["boss" if caller == "owner" else caller, "dev"]
    body = {} if method in ("POST", "PUT", "PATCH") else None
    status, _, text = server.send(method, path, body, token, {"If-Match": '"no state"'})
    if path == "/api/auth/logout" and token:
        server.login("boss" if caller == "owner" else caller, "dev")
    code = json.loads(text).get("code", "") if text and status >= 400 else ""
    return f"{status} {code}".strip()


def matrix(server):
    ids = set_up(server)
    lines = []
    for method, pattern, _ in routes():
        for where in places(pattern):
            path = fill(pattern, where, ids)
            answers = [f"{caller}={ask(server, method, path, caller)}" for caller in CALLERS]
            lines.append(f"{method} {pattern} [{where}]: " + "; ".join(answers))
    return lines


def main():
    with Server() as server:
        lines = matrix(server)
    text = "\n".join(lines) + "\n"
    if "--write" in sys.argv:
        GOLDEN.write_text(text)
        return 0
    golden = GOLDEN.read_text()
    if text != golden:
        known = set(golden.splitlines())
        print("not as in tests/golden/authorisation.txt:")
        print("\n".join(line for line in lines if line not in known))
        print("and it has, beyond that:")
        print("\n".join(line for line in golden.splitlines() if line not in set(lines)))
        return 1
    print(f"{len(lines)} lines, {len(lines) * len(CALLERS)} requests: as in the golden file")
    return 0


if __name__ == "__main__":
    sys.exit(main())
