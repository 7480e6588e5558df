#!/usr/bin/env python3
"""Secrets put in by every door are in no answer, no log and no file of the server, also when things go wrong."""
import sys

from server import PASSWORD, Server

CANARIES = [f"canary-{n}-3f9c1b77" for n in range(7)]


def main():
    answers = []
    with Server() as server:
        server.add_tenant("prod")
        token = server.tokens["owner", "dev"]

        def ask(method, path, body=None, headers=None, token=token):
            status, sent, text = server.send(method, path, body, token, headers)
            answers.append((f"{method} {path}: {status}", repr(sent) + text.decode(errors="replace")))
            return status

        connection = server.call("POST", "/api/connections", {"name": "c", "syncable": True, "body": {}})["id"]
        path = f"/api/connections/{connection}/credentials"
        assert ask("PUT", path, {"apiKey": CANARIES[0], "half": "x ${vars.A} " + CANARIES[0]}) == 200
        assert ask("PUT", "/api/tenant/variables/KEY", {"value": CANARIES[1]}) == 200
        # Refused, with a secret inside.
        assert ask("PUT", path, {"apiKey": {"deep": CANARIES[2]}}) == 422
        assert ask("PUT", path, '{"apiKey": "' + CANARIES[2] + '", "apiKey": 1}') == 422
        assert ask("PUT", path, '{"apiKey": "' + CANARIES[2]) == 400
        assert ask("PUT", "/api/tenant/variables/KEY", {"value": CANARIES[2], "more": 1}) == 422
        assert ask("POST", "/api/auth/login", {"email": "owner@test.example", "password": CANARIES[3],
                                               "tenantId": "dev"}, token=None) == 401
        assert ask("GET", "/api/me", token="syn_api_" + CANARIES[4]) == 401
        assert ask("GET", "/api/tools?nonsense=" + CANARIES[5]) == 422
        assert ask("POST", "/api/tenant/sync/prod") == 200
        in_prod = server.tokens["owner", "prod"]
        copy = server.call("GET", "/api/connections", tenant="prod")["items"][0]["id"]
        path = f"/api/connections/{copy}/override"
        assert ask("PUT", path, {"credentials": {"apiKey": CANARIES[6]}}, token=in_prod) == 200
        assert ask("PUT", path, {"credentials": {"apiKey": [CANARIES[6]]}}, token=in_prod) == 422
        assert ask("GET", path, token=in_prod) == 200
        assert ask("GET", f"/api/tenant/drift/connections/{copy}", token=in_prod) == 200
        for each in ["/api/connections", f"/api/connections/{connection}", "/api/tenant/variables",
                     "/api/tenant/sync/runs", "/api/tenant/apiKeys", "/api/me"]:
            assert ask("GET", each) == 200
        assert ask("GET", "/api/connections", token=server.tokens["owner", "prod"]) == 200

        places = answers + [("the log", server.log())]
        server.kill()
        for file in sorted(server.data.rglob("*")):
            if file.is_file():
                places.append((str(file.name), file.read_bytes().decode("latin-1")))
        places.append(("the database", "\n".join(server.contents())))
        server.start()
        secrets = CANARIES + [PASSWORD] + list(server.tokens.values())
        found = [f"{where} holds a secret" for where, text in places for secret in secrets if secret in text]
        print("\n".join(found) or f"{len(secrets)} secrets are in none of {len(places)} places")
        return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
