#!/usr/bin/env python3
"""Refuses an include that src/layers.txt does not allow."""
import pathlib
import re
import sys

# Headers of the system, which every module may include. C++ standard headers have neither a dot nor a slash.
SYSTEM_HEADERS = set(
    "assert.h ctype.h dirent.h dlfcn.h errno.h fcntl.h fnmatch.h getopt.h glob.h inttypes.h langinfo.h limits.h "
    "locale.h math.h netdb.h poll.h pthread.h pwd.h sched.h semaphore.h signal.h spawn.h stdarg.h stddef.h stdint.h "
    "stdio.h stdlib.h string.h strings.h syslog.h termios.h time.h unistd.h wait.h".split())
SYSTEM_FOLDERS = ("sys/", "netinet/", "arpa/", "net/", "linux/")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def read_layers(text):
    """Gives {module: (modules it may include, third-party prefixes)} and the mistakes in the file itself."""
    layers, mistakes = {}, []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = re.fullmatch(r"([a-z]+):([^|]*)(?:\|(.*))?", line)
        if not match:
            mistakes.append(f"src/layers.txt:{number}: is not `module: modules | headers`")
            continue
        name, uses, headers = match[1], match[2].split(), tuple((match[3] or "").split())
        if name in layers:
            mistakes.append(f"src/layers.txt:{number}: {name} has a line already")
        for use in uses:
            if use not in layers:
                mistakes.append(f"src/layers.txt:{number}: {name} names {use}, which is not above it")
        layers[name] = (set(uses), headers)
    return layers, mistakes


def is_system(header):
    return ("." not in header and "/" not in header) or header in SYSTEM_HEADERS or header.startswith(SYSTEM_FOLDERS)


def check_include(source, module, layers, quote, header):
    """Says what is wrong with one include, or nothing."""
    uses, third_party = layers[module]
    if quote == "<":
        if is_system(header) or header.startswith(third_party):
            return None
        return f"{module} may not include <{header}>: src/layers.txt does not list it for this module"
    if not (source / header).is_file():
        return f'"{header}" is no path from src/'
    target = header.split("/")[0]
    if target != module and target not in uses:
        return f'{module} may not include "{header}": src/layers.txt does not allow {target}'
    return None


def check(root):
    source = root / "src"
    layers, mistakes = read_layers((source / "layers.txt").read_text())
    for path in sorted(p for p in source.rglob("*") if p.suffix in (".h", ".cpp")):
        where = path.relative_to(root)
        module = path.relative_to(source).parts[0]
        if module not in layers:
            mistakes.append(f"{where}: src/layers.txt has no line for {module}")
            continue
        lines = path.read_text().splitlines()
        if path.suffix == ".h" and "#pragma once" not in lines[:1]:
            mistakes.append(f"{where}:1: a header begins with #pragma once")
        for number, line in enumerate(lines, 1):
            match = INCLUDE.match(line)
            wrong = match and check_include(source, module, layers, match[1], match[2])
            if wrong:
                mistakes.append(f"{where}:{number}: {wrong}")
    return mistakes


if __name__ == "__main__":
    found = check(pathlib.Path(__file__).resolve().parent.parent)
    print("\n".join(found), end="\n" if found else "", file=sys.stderr)
    sys.exit(1 if found else 0)
