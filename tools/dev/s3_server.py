#!/usr/bin/python3
"""An S3 server for tests: OpenStack Swift with its S3 interface, from Debian's packages, in one process on loopback.
usage: s3_server.py FOLDER

Writes FOLDER/s3.env (shell assignments) once it answers, and runs until it is ended. It checks signatures: a wrong
secret is refused. Debian's own Python, for Swift is installed for that one.
"""
import os
import pathlib
import secrets
import signal
import socket
import subprocess
import sys

import eventlet
import eventlet.wsgi

eventlet.monkey_patch()

from paste.deploy import loadapp  # noqa: E402
from swift.common import utils  # noqa: E402
from swift.common.ring import RingBuilder  # noqa: E402
import urllib.request  # noqa: E402

KEY = "test:tester"
BUCKET = "syncline-test"


def listen():
    server = eventlet.listen(("127.0.0.1", 0), backlog=64)
    return server, server.getsockname()[1]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def make_ring(folder, name, port):
    builder = RingBuilder(part_power=4, replicas=1, min_part_hours=0)
    builder.add_dev({"id": 0, "region": 1, "zone": 1, "ip": "127.0.0.1", "port": port, "device": "d1", "weight": 1})
    builder.rebalance()
    builder.get_ring().save(str(folder / f"{name}.ring.gz"))


BACKEND = """
[DEFAULT]
devices = {folder}/devices
mount_check = false
swift_dir = {folder}
log_level = ERROR
[pipeline:main]
pipeline = server
[app:server]
use = egg:swift#{kind}
"""

PROXY = """
[DEFAULT]
swift_dir = {folder}
log_level = ERROR
[pipeline:main]
pipeline = catch_errors cache listing_formats s3api tempauth bulk slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
node_timeout = 60
conn_timeout = 5
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:{memcache}
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
s3_acl = false
min_segment_size = 5242880
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = {secret} .admin
[filter:bulk]
use = egg:swift#bulk
[filter:slo]
use = egg:swift#slo
min_segment_size = 1
[filter:dlo]
use = egg:swift#dlo
"""


def serve(folder, name, text, server):
    path = folder / f"{name}.conf"
    path.write_text(text)
    eventlet.spawn(eventlet.wsgi.server, server, loadapp(f"config:{path}"), log_output=False,
                   minimum_chunk_size=1, keepalive=60)


def make_bucket(port, secret):
    """Through Swift's own interface: what S3's says is for the tests to find out."""
    base = f"http://127.0.0.1:{port}"
    asked = urllib.request.Request(base + "/auth/v1.0", headers={"X-Auth-User": KEY, "X-Auth-Key": secret})
    with urllib.request.urlopen(asked, timeout=30) as answer:
        token, account = answer.headers["X-Auth-Token"], answer.headers["X-Storage-Url"]
    asked = urllib.request.Request(f"{account}/{BUCKET}", headers={"X-Auth-Token": token}, method="PUT")
    urllib.request.urlopen(asked, timeout=30).close()


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    (folder / "devices" / "d1").mkdir(parents=True)
    secret = secrets.token_hex(20)
    utils.HASH_PATH_SUFFIX = b"syncline"
    utils.HASH_PATH_PREFIX = b""
    (folder / "swift.conf").write_text("[swift-hash]\nswift_hash_path_suffix = syncline\n[storage-policy:0]\n"
                                       "name = default\ndefault = yes\n")
    utils.SWIFT_CONF_FILE = str(folder / "swift.conf")
    port = free_port()
    # Being ended leaves through `finally`, so that memcached ends too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    memcached = subprocess.Popen(["memcached", "-l", "127.0.0.1", "-p", str(port), "-u", "nobody", "-m", "16"])
    try:
        for kind in ("account", "container", "object"):
            server, backend = listen()
            make_ring(folder, kind, backend)
            serve(folder, kind, BACKEND.format(folder=folder, kind=kind), server)
        server, proxy = listen()
        serve(folder, "proxy", PROXY.format(folder=folder, memcache=port, secret=secret), server)
        eventlet.sleep(0.1)
        make_bucket(proxy, secret)
        lines = [f"SYNCLINE_TEST_S3='s3://{BUCKET}/blobs?endpoint=http://127.0.0.1:{proxy}&region=us-east-1'",
                 f"AWS_ACCESS_KEY_ID='{KEY}'", f"AWS_SECRET_ACCESS_KEY='{secret}'"]
        waiting = folder / "s3.env.new"
        waiting.write_text("\n".join(f"export {line}" for line in lines) + "\n")
        waiting.rename(folder / "s3.env")
        while memcached.poll() is None:
            eventlet.sleep(1)
    finally:
        memcached.terminate()


if __name__ == "__main__":
    main()
