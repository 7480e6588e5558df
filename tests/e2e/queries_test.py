"""Every named query of the sources is prepared on the database as its migrations leave it."""
import pathlib
import re
import sqlite3
import subprocess
import sys

from server import ON_POSTGRES, Server

SOURCES = pathlib.Path(__file__).resolve().parents[2] / "src"
LITERAL = r'(?:R"sql\(.*?\)sql"|"(?:[^"\\]|\\.)*")'
QUERY = re.compile(r'Query\s+k\w+\s*\{\s*"([\w.]+)"\s*,\s*((?:(?:' + LITERAL + r'|SYNCLINE_\w+)\s*)+)\}', re.S)
MACRO = re.compile(r'#define\s+(SYNCLINE_\w+)\s((?:[^\n]*\\\n)*[^\n]*)')
# They speak of one engine.
OF_ONE_ENGINE = ("sqlite.", "postgres.", "catalogue.", "doctor.", "fence.", "notifier.")


def text_of(expression, macros):
    """What the compiler makes of literals and macros side by side."""
    text = ""
    for part in re.findall(LITERAL + r"|SYNCLINE_\w+", expression, re.S):
        if part.startswith("SYNCLINE_"):
            text += text_of(macros[part], macros)
        elif part.startswith("R"):
            text += part[len('R"sql('):-len(')sql"')]
        else:
            text += part[1:-1].encode().decode("unicode_escape")
    return text


def queries():
    found = {}
    shared = {}
    for header in SOURCES.rglob("*.h"):
        shared |= dict(MACRO.findall(header.read_text()))
    for source in sorted(SOURCES.rglob("*.cpp")):
        code = source.read_text()
        macros = shared | dict(MACRO.findall(code))
        for name, expression in QUERY.findall(code):
            if name.startswith(OF_ONE_ENGINE):
                continue
            assert name not in found, f"two queries are called {name}"
            found[name] = text_of(expression, macros)
    return found


def prepare_on_sqlite(server, name, sql):
    database = sqlite3.connect(f"file:{server.data}/syncline.db?mode=ro", uri=True)
    try:
        names = set(re.findall(r"\$(\d+)", sql))
        database.execute("EXPLAIN " + sql, {number: None for number in names})
        return None
    except sqlite3.Error as error:
        return f"{name}: {error}"
    finally:
        database.close()


# What is asked whatever has changed and however much there is: each has an index of only the rows it is about.
INDEXES = {"promotion.adopted_rows": "resources_adopted", "promotion.detached": "resources_detached",
           "promotion.orphans": "resources_orphans", "promotion.edited_copies": "resources_edited_copies",
           "promotion.changed_rows": "resources_changed", "audit.deletion": "audit_deletions"}


def goes_by_index(server, name, sql):
    database = sqlite3.connect(f"file:{server.data}/syncline.db?mode=ro", uri=True)
    try:
        names = set(re.findall(r"\$(\d+)", sql))
        steps = [row[3] for row in database.execute("EXPLAIN QUERY PLAN " + sql, {number: None for number in names})]
        return any(f"INDEX {INDEXES[name]} " in step for step in steps)
    finally:
        database.close()


def prepare_on_postgres(server, name, sql):
    answer = subprocess.run(["psql", "-qX", server.address, "-v", "ON_ERROR_STOP=1", "-f", "-"],
                            input=f"PREPARE q AS {sql};", text=True, stderr=subprocess.PIPE, check=False)
    return f"{name}: {answer.stderr}" if answer.returncode else None


def main():
    prepare = prepare_on_postgres if ON_POSTGRES else prepare_on_sqlite
    with Server() as server:
        all_queries = queries()
        failures = [failure for name, sql in all_queries.items() if (failure := prepare(server, name, sql))]
        if not ON_POSTGRES:
            failures += [f"{name}: does not go by {index}" for name, index in INDEXES.items()
                         if not goes_by_index(server, name, all_queries[name])]
    print("\n".join(failures))
    print(f"{len(all_queries)} queries prepared, {len(failures)} refused")
    sys.exit(1 if failures or len(all_queries) < 80 else 0)


main()
