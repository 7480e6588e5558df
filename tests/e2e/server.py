"""A server of its own for a test: started, asked, killed and started again."""
import http.client
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

BINARY = os.environ.get("SYNCLINE_BINARY", "build/syncline")
PASSWORD = "a password for tests"


class Server:
    def __init__(self, tenant="dev"):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="syncline-e2e-"))
        self.data = self.folder / "data"
        self.process = None
        self.start()
        made = subprocess.run([BINARY, "bootstrap", "--data", self.data, "--tenant", tenant,
                               "--email", "owner@test.example", "--password-stdin"],
                              input=PASSWORD, text=True, check=True, stdout=subprocess.PIPE)
        self.tokens = {("owner", tenant): json.loads(made.stdout)["token"]}
        self.tenant = tenant

    def start(self):
        port_file = self.folder / "port"
        port_file.unlink(missing_ok=True)
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen([BINARY, "serve", "--data", self.data, "--listen", "127.0.0.1:0",
                                             "--port-file", port_file], stderr=log)
        deadline = time.monotonic() + 60
        while not port_file.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the server did not start: " + self.log())
            time.sleep(0.005)
        self.port = int(port_file.read_text())

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def close(self):
        self.process.terminate()
        self.process.wait(timeout=60)
        shutil.rmtree(self.folder)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

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
