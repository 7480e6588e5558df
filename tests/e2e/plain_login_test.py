"""On PostgreSQL, the login of an operator who is no superuser: the server makes the role it works under, or says what
an administrator has to run; and the login itself sees no row past the policies."""
import os
import subprocess
import sys
import uuid

SKIPPED = 77
if os.environ.get("SYNCLINE_E2E_DATABASE") != "postgres":
    print("skipped: this is about PostgreSQL; run ./dev test")
    sys.exit(SKIPPED)

from server import BINARY, PASSWORD, POSTGRES, Server  # noqa: E402


def as_administrator(sql, address=POSTGRES):
    subprocess.run(["psql", "-qX", "-v", "ON_ERROR_STOP=1", address, "-c", sql], check=True)


class PlainServer(Server):
    """Its database belongs to a login of its own."""

    def __init__(self, may_make_roles):
        super().__init__(tenant=None)
        self.login_role = "plain_" + uuid.uuid4().hex[:12]
        attribute = "CREATEROLE" if may_make_roles else "NOCREATEROLE"
        as_administrator(f"CREATE ROLE {self.login_role} LOGIN NOSUPERUSER {attribute}")
        database = self.address.split("///")[1].split("?")[0]
        as_administrator(f"ALTER DATABASE {database} OWNER TO {self.login_role}")
        as_administrator(f"ALTER SCHEMA public OWNER TO {self.login_role}", self.address)
        self.address = self.address.replace("user=syncline", f"user={self.login_role}")
        self.environment["SYNCLINE_DATABASE"] = self.address

    def close(self):
        super().close()
        as_administrator(f"DROP DATABASE {self.address.split('///')[1].split('?')[0]}")
        as_administrator(f"DROP ROLE {self.login_role}")
        as_administrator(f"DROP ROLE IF EXISTS {self.login_role}_app")


def bootstrap(server):
    subprocess.run([BINARY, "bootstrap", "--data", server.data, "--tenant", "dev", "--email", "owner@test.example",
                    "--password-stdin"], input=PASSWORD, text=True, check=True, stdout=subprocess.PIPE,
                   env=server.environment)
    server.tenant = "dev"
    server.login("owner", "dev")


def check_work(server):
    bootstrap(server)
    server.add_tenant("staging")
    server.call("POST", "/api/tools", {"name": "search", "syncable": True, "body": {"type": "http"}})
    report = server.call("POST", "/api/tenant/sync/staging")
    assert report["summary"]["created"] == 1, report
    count = "SELECT COUNT(*) FROM resources"
    assert server.rows(count) == [["0"]], "the tables' owner is held by the policies, too"
    of_dev = "SET syncline.scope = 'tenants'; SET syncline.reads = 'dev'; "
    visible = server.rows(f"SET ROLE {server.login_role}_app; {of_dev} SELECT tenant_id FROM resources")
    assert [row for row in visible if row != ["SET"]] == [["dev"]], visible


def main():
    server = PlainServer(may_make_roles=True)
    try:
        server.start()
        check_work(server)
        print("a login that may make roles: the server works")
    finally:
        server.close()

    server = PlainServer(may_make_roles=False)
    try:
        try:
            server.start()
            raise AssertionError("the server started without the role it works under")
        except RuntimeError as refused:
            for statement in (f'CREATE ROLE "{server.login_role}_app" NOLOGIN',
                              f'GRANT "{server.login_role}_app" TO "{server.login_role}"'):
                assert statement in str(refused), refused
                as_administrator(statement)
        server.start()
        check_work(server)
        print("one that may not: it says what to run, and works once that was run")
    finally:
        server.close()


main()
