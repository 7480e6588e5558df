"""A server of its own for a test: started, asked, killed and started again. On SQLite, or with
SYNCLINE_E2E_DATABASE=postgres on a new database of the PostgreSQL that SYNCLINE_TEST_POSTGRES names."""
import http.client
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid

BINARY = os.environ.get("SYNCLINE_BINARY", "build/syncline")
PASSWORD = "a password for tests"
ON_POSTGRES = os.environ.get("SYNCLINE_E2E_DATABASE") == "postgres"
POSTGRES = os.environ.get("SYNCLINE_TEST_POSTGRES", "")
REPLICA = os.environ.get("SYNCLINE_TEST_POSTGRES_REPLICA", "")  # of that one, when there is one
SKIPPED = 77  # what CMake takes for a skipped test
if ON_POSTGRES and not POSTGRES:
    print("skipped: SYNCLINE_TEST_POSTGRES is not set; run ./dev test")
    sys.exit(SKIPPED)


class Server:
    def __init__(self, tenant="dev"):
        """Without a tenant, a place that is empty and a server that is not started."""
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="syncline-e2e-"))
        self.data = self.folder / "data"
        self.process = None
        self.environment = dict(os.environ)
        if ON_POSTGRES:
            name = "e2e_" + uuid.uuid4().hex
            subprocess.run(["psql", "-qX", POSTGRES, "-c", f"CREATE DATABASE {name}"], check=True)
            self.address = POSTGRES.replace("///postgres?", f"///{name}?")
            self.environment["SYNCLINE_DATABASE"] = self.address
            if REPLICA:
                self.environment["SYNCLINE_DATABASE_REPLICA"] = REPLICA.replace("///postgres?", f"///{name}?")
        self.tokens = {}
        self.tenant = tenant
        if tenant is None:
            return
        self.start()
        made = subprocess.run([BINARY, "bootstrap", "--data", self.data, "--tenant", tenant,
                               "--email", "owner@test.example", "--password-stdin"],
                              input=PASSWORD, text=True, check=True, stdout=subprocess.PIPE,
                              env=self.environment)
        self.tokens = {("owner", tenant): json.loads(made.stdout)["token"]}

    def start(self):
        port_file = self.folder / "port"
        port_file.unlink(missing_ok=True)
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen([BINARY, "serve", "--data", self.data, "--listen", "127.0.0.1:0",
                                             "--port-file", port_file], stderr=log, env=self.environment)
        deadline = time.monotonic() + 60
        while not port_file.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the server did not start: " + self.log())
            time.sleep(0.005)
        self.port = int(port_file.read_text())

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=60)

    def close(self):
        self.stop()
        shutil.rmtree(self.folder)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def rows(self, sql):
        """What a query gives, as lists of texts, read past the server."""
        if ON_POSTGRES:
            answer = subprocess.run(["psql", "-qXAt", "-F", "\x1f", self.address, "-c", sql], check=True, text=True,
                                    stdout=subprocess.PIPE).stdout
            return [line.split("\x1f") for line in answer.splitlines()]
        database = sqlite3.connect(f"file:{self.data}/syncline.db?mode=ro", uri=True)
        try:
            return [[str(value) for value in row] for row in database.execute(sql)]
        finally:
            database.close()

    def change(self, sql):
        """Past the server."""
        if ON_POSTGRES:
            subprocess.run(["psql", "-qX", self.address, "-c", sql], check=True)
            return
        database = sqlite3.connect(self.data / "syncline.db", timeout=10)
        with database:
            database.execute(sql)
        database.close()

    def contents(self):
        """All rows as lines, but those of tokens, which signing in makes, and of servers, which show that they live."""
        if ON_POSTGRES:
            dump = subprocess.run(["pg_dump", "--data-only", "--inserts", "--exclude-table=tokens",
                                   "--exclude-table=commit_markers", "--exclude-table=servers", self.address],
                                  check=True, text=True, stdout=subprocess.PIPE).stdout
            # Newer releases of pg_dump guard their output with a word of chance.
            return sorted(line for line in dump.splitlines() if "restrict" not in line)
        database = sqlite3.connect(f"file:{self.data}/syncline.db?mode=ro", uri=True)
        try:
            passing = ('INSERT INTO "tokens"', 'INSERT INTO "servers"')
            return [line for line in database.iterdump() if not line.startswith(passing)]
        finally:
            database.close()

    def log(self):
        return (self.folder / "log").read_text(errors="replace")

    def send(self, method, path, body=None, token=None, headers=None):
        """Gives status, headers and the body's bytes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            sent = dict(headers or {})
            if token:
                sent["Authorization"] = "Bearer " + token
            if body is not None and not isinstance(body, (bytes, str)):
                body = json.dumps(body)
            if body is not None:
                sent.setdefault("Content-Type", "application/json")
            try:
                connection.request(method, path, body=body, headers=sent)
            except BrokenPipeError:
                pass  # Refused before all of it was sent: the answer is there.
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def call(self, method, path, body=None, who="owner", tenant=None):
        """The answer's JSON, or None; fails when the answer is an error."""
        status, _, text = self.send(method, path, body, self.tokens[who, tenant or self.tenant])
        if status >= 300:
            raise RuntimeError(f"{method} {path}: {status} {text.decode()}")
        return json.loads(text) if text else None

    def login(self, who, tenant):
        status, _, text = self.send("POST", "/api/auth/login", {"email": f"{who}@test.example", "password": PASSWORD,
                                                                "tenantId": tenant})
        if status != 200:
            raise RuntimeError(f"{who} cannot sign in to {tenant}: {text.decode()}")
        self.tokens[who, tenant] = json.loads(text)["token"]

    def add_tenant(self, tenant):
        self.call("POST", "/api/tenants", {"id": tenant})
        self.login("owner", tenant)

    def add_member(self, who, role, tenant, is_new=True):
        account = {"email": f"{who}@test.example", "role": role}
        if is_new:
            account["password"] = PASSWORD
        self.call("POST", "/api/tenant/accounts", account, tenant=tenant)
        self.login(who, tenant)


class Second(Server):
    """Another server on the database, the blobs and the key of the first."""

    def __init__(self, first):  # pylint: disable=super-init-not-called
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="syncline-e2e-"))
        self.data, self.environment = first.data, first.environment
        self.tokens, self.tenant, self.process = first.tokens, first.tenant, None
        self.start()
