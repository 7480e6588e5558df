#!/usr/bin/env python3
"""Finds in the files of the repository what should not be there: see RULES.

A line with `check-text: allow` is let be.
"""
import pathlib
import re
import subprocess
import sys

MAX_LINE = 120
# Others' texts, kept as they came, and files that programs write.
EXEMPT = re.compile(r"^(LICENSE$|examples/[^/]+/|tests/golden/|tests/fuzz/corpus/)")
GENERATED_LINES = re.compile(r"\.(json|jsonl|ndjson|svg)$")

# Written in pieces, so that this file does not find itself.
REGISTRIES = ["npm" + "js.org", "npm" + "js.com", "yarn" + "pkg.com", "pypi" + ".org", "python" + "hosted.org",
              "deb.debian" + ".org", "crates" + ".io", "proxy.golang" + ".org", "docker" + ".io", "gh" + "cr.io",
              "quay" + ".io", "maven" + ".org"]
RULES = [
    (re.compile(r"[ \t\r]+$"), "trailing space"),
    (re.compile(r"\b(" + "TO" + "DO|FIX" + r"ME)\b"), "unfinished work belongs in an issue"),
    (re.compile("|".join(map(re.escape, REGISTRIES))), "the host of a package registry"),
    (re.compile(r"(?<![\w.}-])/(?:work|home|root)/"), "an absolute path of one machine"),
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b"
                r"|\bxox[abpr]-[A-Za-z0-9-]{20,}|\bsk-[A-Za-z0-9]{32,}\b|\bsyn_[a-z]+_[A-Za-z0-9]{30,}\b"),
     "something that looks like a secret"),
]


def check_line(path, line):
    """Gives the reasons why a line is refused."""
    if "check-text: allow" in line:
        return []
    reasons = [reason for pattern, reason in RULES if pattern.search(line)]
    # A row of a Markdown table cannot be wrapped.
    table = path.endswith(".md") and line.lstrip().startswith("|")
    if len(line) > MAX_LINE and not table and not GENERATED_LINES.search(path):
        reasons.append(f"{len(line)} characters, {MAX_LINE} at most")
    return reasons


def check_file(path, content):
    if EXEMPT.match(path) or b"\0" in content:
        return []
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return [f"{path}: is not UTF-8"]
    mistakes = [f"{path}:{number}: {reason}" for number, line in enumerate(text.split("\n"), 1)
                for reason in check_line(path, line)]
    if text and not text.endswith("\n") and not GENERATED_LINES.search(path):
        mistakes.append(f"{path}: the last line does not end")
    return mistakes


def check(root):
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=root,
                            check=True, stdout=subprocess.PIPE).stdout.decode().split("\0")
    mistakes = []
    for path in sorted(set(filter(None, listed))):
        file = root / path
        if file.is_file() and not file.is_symlink():
            mistakes += check_file(path, file.read_bytes())
    return mistakes


if __name__ == "__main__":
    found = check(pathlib.Path(__file__).resolve().parent.parent)
    print("\n".join(found), end="\n" if found else "", file=sys.stderr)
    sys.exit(1 if found else 0)
