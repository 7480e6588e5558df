#!/usr/bin/env python3
"""kill -9 at random moments of a promotion: after each restart the target is as before it or as after."""
import os
import random
import sys
import threading
import time

from server import Server

ROUNDS = int(os.environ.get("SYNCLINE_CRASH_ROUNDS", "50"))
RESOURCES = 400


def resources(generation):
    return {"source": "test", "resources": [
        {"kind": "tools", "id": f"0197a3b0-0000-8000-8000-{n:012x}", "name": f"tool {n}", "syncable": True,
         "body": {"type": "http", "generation": generation}} for n in range(RESOURCES)]}


def names_of_generation(server, generation):
    """How many copies have the body of that generation, and how many copies there are."""
    rows = server.rows("SELECT b.text FROM resources r JOIN bodies b ON b.id = r.draft_id WHERE r.tenant_id = 'prod'")
    return sum(f'"generation": {generation}}}' in text for [text] in rows), len(rows)


def promote(server, answers):
    try:
        answers.append(server.send("POST", "/api/tenant/sync/prod", None, server.tokens["owner", "dev"])[0])
    except OSError:
        answers.append(None)


def main():
    random.seed(7)
    with Server() as server:
        server.add_tenant("prod")
        server.call("POST", "/api/import", resources(-1))
        server.call("POST", "/api/tenant/sync/prod")
        server.call("POST", "/api/import", resources(0))
        # As slow as the first one after a start is: connections and statements are made anew.
        server.kill()
        server.start()
        began = time.monotonic()
        server.call("POST", "/api/tenant/sync/prod")
        usual = time.monotonic() - began
        cut = 0
        for generation in range(1, ROUNDS + 1):
            server.call("POST", "/api/import", resources(generation))
            answers = []
            thread = threading.Thread(target=promote, args=(server, answers))
            thread.start()
            time.sleep(random.uniform(0, usual * 1.5))
            server.kill()
            thread.join()
            server.start()
            new, copies = names_of_generation(server, generation)
            if copies != RESOURCES or new not in (0, RESOURCES):
                print(f"round {generation}: {new} of {copies} copies are new: a part of a promotion")
                return 1
            if answers == [200] and new != RESOURCES:
                print(f"round {generation}: acknowledged, and lost")
                return 1
            cut += new == 0
            server.call("POST", "/api/tenant/sync/prod")
            if names_of_generation(server, generation)[0] != RESOURCES:
                print(f"round {generation}: the next run did not complete it")
                return 1
    print(f"{ROUNDS} kills, {cut} of them before the commit: nothing partial, nothing lost")
    return 0


if __name__ == "__main__":
    sys.exit(main())
