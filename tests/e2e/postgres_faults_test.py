"""What PostgreSQL's death and a cut line leave behind: all of a run or nothing, and each write exactly once.

A cluster of its own is killed with SIGKILL, a backend or the whole, at points spread over a run; afterwards the server
must be back within five seconds. Then lines are cut: between the server and the database just when a COMMIT passes, and
at random, where each answer must be the truth; and between client and server, where a POST that is sent again with its
key is one run.
SYNCLINE_FAULTS=full is the long form: 60 points, 10,000 POSTs."""
import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

SKIPPED = 77
if os.environ.get("SYNCLINE_E2E_DATABASE") != "postgres":
    print("skipped: this is about PostgreSQL; run ./dev test")
    sys.exit(SKIPPED)

FULL = os.environ.get("SYNCLINE_FAULTS") == "full"
POINTS = 60 if FULL else 12
POSTS = 10_000 if FULL else 300
RESOURCES = 1_500
COMMITS = 300 if FULL else 30
BACK_WITHIN = 5.0
CLIENTS = 4
PG_CTL = "/usr/lib/postgresql/15/bin/pg_ctl"
# PostgreSQL refuses to run as root.
AS_SERVER = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []
CLUSTER_SCRIPT = str(pathlib.Path(__file__).resolve().parents[2] / "tools/dev/postgres.sh")


class Cluster:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="syncline-faults-")
        os.chmod(self.folder, 0o711)
        self.address = self.run("start").strip()
        # A new cluster has not been written out. Its first recovery would do that, which is not what is timed here.
        subprocess.run(["sync", "-f", self.folder], check=True)

    def run(self, verb):
        return subprocess.run([CLUSTER_SCRIPT, verb, self.folder], check=True, text=True,
                              stdout=subprocess.PIPE).stdout

    def postmaster(self):
        return int(pathlib.Path(self.folder, "data/postmaster.pid").read_text().split()[0])

    def busy_backends(self):
        """The processes that work for the server, by what they call themselves."""
        parent = self.postmaster()
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                title = (entry / "cmdline").read_bytes().split(b"\0")[0].decode(errors="replace")
                of = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError):
                continue
            if of == parent and "[local]" in title and not title.rstrip().endswith("idle"):
                found.append(int(entry.name))
        return found

    def kill_backend(self):
        for pid in self.busy_backends()[:1]:
            os.kill(pid, signal.SIGKILL)
            return True
        return False

    def kill_postmaster(self):
        os.kill(self.postmaster(), signal.SIGKILL)

    def restart(self):
        """Refused while backends of the dead one live: they go when they notice."""
        deadline = time.monotonic() + 30
        command = AS_SERVER + [PG_CTL, "-D", self.folder + "/data", "-l", self.folder + "/server.log", "-w", "-o",
                               f"-c listen_addresses='' -c unix_socket_directories='{self.folder}'", "start"]
        while subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                             check=False).returncode != 0:
            if time.monotonic() > deadline:
                raise RuntimeError("the cluster does not start again")
            time.sleep(0.05)

    def close(self):
        self.run("stop")
        subprocess.run(["rm", "-rf", self.folder, self.folder + ".log"], check=True)


class CuttingProxy:
    """Passes a connection on until so many bytes have gone through, then drops both ends without a word."""
    armed = True

    def __init__(self, connect, bytes_before_cut):
        self.connect = connect
        self.bytes_before_cut = bytes_before_cut
        self.cuts = 0
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            try:
                far = self.connect()
            except OSError:
                near.close()
                continue
            budget = [self.bytes_before_cut()]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self.pump, args=(one, other, budget), daemon=True).start()

    def pump(self, one, other, budget):
        try:
            while True:
                data = one.recv(4096)
                if not data:
                    break
                if budget[0] is not None:
                    if len(data) >= budget[0]:
                        other.sendall(data[:budget[0]])
                        self.cuts += 1
                        break
                    budget[0] -= len(data)
                other.sendall(data)
        except OSError:
            pass
        for end in (one, other):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()

    def close(self):
        self.listener.close()


class CommitCuttingProxy(CuttingProxy):
    """Once armed, drops the line just behind a commit, then another just before one, and so on."""
    PREPARES_COMMIT = re.compile(rb"P....(\w+)\0COMMIT\0", re.DOTALL)

    def __init__(self, connect):
        self.armed = False
        self.answers_lost = 0
        self.lock = threading.Lock()
        super().__init__(connect, lambda: None)

    def pump(self, one, other, budget):
        commit = None
        try:
            while data := one.recv(65536):
                if budget[0] == 0:
                    break
                if prepared := self.PREPARES_COMMIT.search(data):
                    commit = prepared[1]
                # B, how long, no name for the portal, the statement's name.
                commits = commit and re.search(rb"B....\0" + commit + rb"\0", data, re.DOTALL)
                if not self.armed or not commits:
                    other.sendall(data)
                    continue
                with self.lock:
                    self.cuts += 1
                    before = self.cuts % 2 == 0
                    self.answers_lost += not before
                budget[0] = 0  # nothing passes any more, the other way neither
                if not before:
                    other.sendall(data)
                    time.sleep(0.05)  # for PostgreSQL to commit
                break
        except OSError:
            pass
        for end in (one, other):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()


cluster = Cluster()
os.environ["SYNCLINE_TEST_POSTGRES"] = cluster.address
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from server import Server  # noqa: E402  (it reads the environment)


def count(server, sql):
    return int(server.rows("SET syncline.scope = 'deployment'; " + sql)[-1][0])


def fill(server, resources):
    items = [{"kind": "tools", "id": f"{i:08x}-0000-8000-a000-{i:012x}", "name": f"tool {i}", "syncable": True,
              "body": {"type": "http"}} for i in range(resources)]
    for begin in range(0, resources, 500):
        server.call("POST", "/api/import", {"source": "faults", "resources": items[begin:begin + 500]})


def sync_until_done(server, target, deadline):
    """Asks until there is an answer of 200."""
    while True:
        try:
            status, _, text = server.send("POST", f"/api/tenant/sync/{target}", None, server.tokens["owner", "dev"])
            if status == 200:
                return
        except OSError as error:
            text = str(error)
        if time.monotonic() > deadline:
            raise AssertionError(f"{target}: not back within {BACK_WITHIN} s: {text}")
        time.sleep(0.02)


def check_kills(server):
    fill(server, RESOURCES)
    server.add_tenant("measure")
    began = time.monotonic()
    server.call("POST", "/api/tenant/sync/measure")
    length = time.monotonic() - began
    slowest = 0.0
    succeeded = 0
    hits = 0
    for point in range(POINTS):
        target = f"target-{point}"
        server.add_tenant(target)
        answer = []

        def sync(into=target, out=answer):
            out.append(server.send("POST", f"/api/tenant/sync/{into}", None, server.tokens["owner", "dev"])[0])

        run = threading.Thread(target=sync)
        run.start()
        time.sleep(length * point / POINTS)
        whole = point % 2 == 1
        if whole:
            hits += bool(cluster.busy_backends())
            cluster.kill_postmaster()
            cluster.restart()
        else:
            hits += cluster.kill_backend()
        back = time.monotonic()
        run.join()
        copies_sql = f"SELECT COUNT(*) FROM resources WHERE tenant_id = '{target}'"
        sync_until_done(server, target, back + BACK_WITHIN)
        slowest = max(slowest, time.monotonic() - back)
        runs = count(server, f"SELECT COUNT(*) FROM runs WHERE target_id = '{target}' AND status = 'succeeded'")
        created = count(server, "SELECT COUNT(*) FROM runs WHERE status = 'succeeded' AND summary LIKE "
                                f"'%\"created\":{RESOURCES},%' AND target_id = '{target}'")
        assert count(server, copies_sql) == RESOURCES, "part of a run was left"
        assert created == 1, f"{created} runs made the copies"
        # The one of the thread, if it was answered 200, and the one after it; a run that was not answered is none.
        expected = 2 if answer == [200] else 1
        assert runs == expected, f"{runs} runs for the answer {answer}"
        succeeded += answer == [200]
    print(f"kills: {POINTS} points, {hits} of them in the middle of work, {succeeded} runs answered 200 all the same, "
          f"back within {slowest:.2f} s")
    assert hits * 4 >= POINTS, "hardly anything was killed at work"


def in_threads(work, total):
    """Numbers from 0 on, each given to one of a few threads; the first failure is raised."""
    numbers = iter(range(total))
    lock = threading.Lock()
    failures = []

    def loop():
        while not failures:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            try:
                work(number)
            except Exception as error:  # pylint: disable=broad-except
                failures.append(error)

    threads = [threading.Thread(target=loop) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def check_cut_database(server):
    """The server's line to the database is cut; whatever it answers must be so."""
    chance = random.Random(1)
    proxy = CuttingProxy(connect_to_database, lambda: chance.randrange(1_500, 20_000))
    answers = create_through(server, proxy, "cut", POSTS // 10)
    done = [status for status in answers.values() if status == 201]
    print(f"cut database: {len(answers)} POSTs, {proxy.cuts} cuts, {len(done)} answered 201, each is there once")


def check_cut_commits(server):
    """A commit whose answer is lost has happened and is a success; one that is lost before has not, and says so."""
    proxy = CommitCuttingProxy(connect_to_database)
    answers = create_through(server, proxy, "commit", COMMITS)
    others = [status for status in answers.values() if status != 201]
    lost = proxy.cuts - proxy.answers_lost
    assert proxy.answers_lost >= COMMITS // 4, "hardly a commit was cut"
    assert set(others) <= {503} and len(others) <= lost, f"{len(others)} of {lost} lost before the commit: {others}"
    print(f"cut commits: {len(answers)} POSTs, {proxy.cuts} cuts, the answer lost in {proxy.answers_lost} of them, "
          f"{len(others)} answered 503, the others 201, and each of these is there once")


def connect_to_database():
    far = socket.socket(socket.AF_UNIX)
    far.connect(cluster.folder + "/.s.PGSQL.5432")
    return far


def create_through(server, proxy, prefix, total):
    """Creates tools while the server's line to the database leads through the proxy. Those are there that were answered
    201, each once; gives what was answered, by name."""
    address = server.address.replace(f"host={cluster.folder}", f"host=127.0.0.1&port={proxy.port}&sslmode=disable")
    server.stop()
    server.environment["SYNCLINE_DATABASE"] = address
    while True:  # The first connections may be cut, too.
        try:
            server.start()
            break
        except RuntimeError:
            server.process.wait()
    proxy.armed = True
    answers = {}

    def create(number):
        name = f"{prefix} {number}"
        status, _, _ = server.send("POST", "/api/tools", {"name": name, "body": {"type": "http"}},
                                   server.tokens["owner", "dev"])
        answers[name] = status

    in_threads(create, total)
    proxy.close()
    server.stop()
    server.environment["SYNCLINE_DATABASE"] = server.address
    server.start()
    there = server.rows("SET syncline.scope = 'deployment'; SELECT name FROM resources "
                         f"WHERE name LIKE '{prefix} %'")
    names = [row[0] for row in there if row[0] != "SET"]
    assert len(names) == len(set(names)), "a resource is there twice"
    done = {name for name, status in answers.items() if status == 201}
    assert done == set(names), f"false answers: {sorted(done ^ set(names))[:5]}"
    return answers


def check_cut_clients(server):
    """The client's line to the server is cut; it sends each POST again, with its key, until it is answered."""
    server.add_tenant("keys")
    chance = random.Random(2)
    proxy = CuttingProxy(lambda: socket.create_connection(("127.0.0.1", server.port)),
                         lambda: chance.randrange(50, 3_000) if chance.random() < 0.6 else None)
    token = server.tokens["owner", "dev"]
    runs = {}
    sent = [0]

    def post(number):
        key = f"key-{number}"
        request = (f"POST /api/tenant/sync/keys/agents HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
                   f"Idempotency-Key: {key}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").encode()
        while True:
            sent[0] += 1
            answer = b""
            try:
                with socket.create_connection(("127.0.0.1", proxy.port), timeout=60) as line:
                    line.sendall(request)
                    while piece := line.recv(65536):
                        answer += piece
            except OSError:
                continue
            head, _, body = answer.partition(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200") or not body.rstrip().endswith(b"}"):
                assert not head.startswith(b"HTTP/1.1 4"), answer
                continue
            at = body.find(b'"runId":"')
            runs[key] = body[at + 9:at + 45].decode()
            return

    in_threads(post, POSTS)
    proxy.close()
    kept = server.rows("SET syncline.scope = 'deployment'; "
                       "SELECT id FROM runs WHERE target_id = 'keys' AND status = 'succeeded'")
    kept = [row[0] for row in kept if row[0] != "SET"]
    assert len(runs) == POSTS and sorted(kept) == sorted(runs.values()), "a POST is no run, or two"
    print(f"cut clients: {POSTS} POSTs sent {sent[0]} times, {proxy.cuts} cuts, {len(kept)} runs")


def main():
    try:
        with Server() as server:
            check_kills(server)
            check_cut_commits(server)
            check_cut_database(server)
            check_cut_clients(server)
    finally:
        cluster.close()


main()
