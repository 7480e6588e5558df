#!/usr/bin/env python3
"""Each number of docs/spec.md has a scenario whose `covers:` line names it, and no scenario names another number."""
import pathlib
import re
import sys

ENTRY = re.compile(r"^- \*\*([SX]\d+)\*\* ")
LATER = re.compile(r"^## Later\b")
COVERS = re.compile(r"^\W*covers:\s*(.*)$")


def read_spec(text):
    """Gives the numbers that hold now and those of the section `Later`, in order, and the mistakes."""
    now, later, mistakes = [], [], []
    numbers = now
    for line_number, line in enumerate(text.splitlines(), 1):
        if line.startswith("## "):
            numbers = later if LATER.match(line) else now
        match = ENTRY.match(line)
        if not match:
            continue
        if match[1] in now or match[1] in later:
            mistakes.append(f"docs/spec.md:{line_number}: {match[1]} is there twice")
        numbers.append(match[1])
    return now, later, mistakes


def check(root):
    now, later, mistakes = read_spec((root / "docs" / "spec.md").read_text())
    covered = set()
    for path in sorted((root / "tests" / "scenarios").glob("**/*.scn")):
        where = path.relative_to(root)
        lines = [(n, COVERS.match(line)) for n, line in enumerate(path.read_text().splitlines(), 1)]
        lines = [(n, match[1]) for n, match in lines if match]
        if not lines:
            mistakes.append(f"{where}: has no `covers:` line")
        for line_number, numbers in lines:
            for number in re.split(r"[\s,]+", numbers.strip()):
                if number in now:
                    covered.add(number)
                elif number in later:
                    mistakes.append(f"{where}:{line_number}: {number} is listed as later in docs/spec.md")
                else:
                    mistakes.append(f"{where}:{line_number}: {number or 'nothing'} is no number of docs/spec.md")
    mistakes += [f"docs/spec.md: {number} has no scenario" for number in now if number not in covered]
    return mistakes


if __name__ == "__main__":
    found = check(pathlib.Path(__file__).resolve().parent.parent)
    print("\n".join(found), end="\n" if found else "", file=sys.stderr)
    sys.exit(1 if found else 0)
