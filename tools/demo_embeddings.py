#!/usr/bin/env python3
"""Reads a text, writes a line {text, vector} for each of its paragraphs.

The vectors are word counts hashed into a few dimensions: real numbers of real text, without a model to download.
"""
import hashlib
import json
import re
import sys


def vector_of(text, dimensions):
    counts = [0.0] * dimensions
    for word in re.findall(r"[a-z]+", text.lower()):
        counts[hashlib.sha256(word.encode()).digest()[0] % dimensions] += 1.0
    length = sum(count * count for count in counts) ** 0.5 or 1.0
    return [round(count / length, 6) for count in counts]


def main():
    dimensions = int(sys.argv[1])
    for paragraph in re.split(r"\n\s*\n", sys.stdin.read()):
        text = paragraph.strip()
        if text:
            print(json.dumps({"text": text, "vector": vector_of(text, dimensions)}))


if __name__ == "__main__":
    main()
