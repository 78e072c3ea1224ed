#!/usr/bin/env python3
"""Renews the data files of src/text from the sources of the crates in Cargo.lock.

    cargo fetch --locked
    python3 benches/data/renew.py dictionary|traditional|english [--write]

Without --write the file is compared with what would be written; the exit status is 1 if a file
that can be reproduced differs. README.md beside this script describes the files.
"""

import collections
import json
import math
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEXT = ROOT / "src" / "text"

# A dictionary word needs so many occurrences in jieba's corpus.
LEAST_FREQUENCY = 20

# Blocks of the unified ideographs that src/text/simplified.rs folds.
IDEOGRAPHS = range(0x4E00, 0xA000)

# An English word needs this Zipf value (log10 of its occurrences in 10^9 words) and so many crates.
LEAST_ZIPF = 4.3
LEAST_CRATES = 5
URL = re.compile(r"(?:https?://|www\.)\S+")
COMMENT = re.compile(r"^\s*//[/!]?(.*)$", re.MULTILINE)
# A word of prose: lower case but for its first letter, no part of an identifier, a path or a call.
WORD = re.compile(r"(?<![A-Za-z0-9_.:])[A-Z]?[a-z]+(?![A-Za-z0-9_(]|::)")


def crates():
    """Folder of every crate in Cargo.lock, by name; this crate is left out."""
    command = ["cargo", "metadata", "--locked", "--format-version", "1"]
    output = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
    packages = json.loads(output)["packages"]
    packages = [p for p in packages if p["source"] is not None]
    return [(p["name"], pathlib.Path(p["manifest_path"]).parent) for p in packages]


def folder(name):
    """Folder of the one crate of this name."""
    (found,) = [path for crate, path in crates() if crate == name]
    return found


def dictionary():
    """jieba-rs's dictionary without parts of speech and without rare words."""
    path = folder("jieba-rs") / "src" / "data" / "dict.txt"
    rows = [line.split(" ") for line in path.read_text("utf-8").splitlines()]
    total = sum(int(row[1]) for row in rows)
    print(f"{len(rows)} words, {total} occurrences (TOTAL in src/text/background.rs)")
    kept = [row for row in rows if int(row[1]) >= LEAST_FREQUENCY]
    return "".join(f"{word} {frequency}\n" for word, frequency, *_ in kept)


def traditional():
    """OpenCC's characters, each followed to the form that is not simplified further."""
    path = folder("ferrous-opencc") / "assets" / "dictionaries" / "TSCharacters.txt"
    lines = path.read_text("utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if "\t" in line and line[0] != "#")
    table = {key: values.split(" ")[0] for key, values in pairs}
    rows = []
    for character in map(chr, IDEOGRAPHS):
        to = character
        while table.get(to, to) != to:
            to = table[to]
        if to != character and ord(to) in IDEOGRAPHS:
            rows.append(f"{character}{to}\n")
    return "".join(rows)


def english():
    """Words of the comments and Markdown files of all crates, the most frequent first."""
    counts, spread = collections.Counter(), collections.Counter()
    sources = crates()
    for _, path in sources:
        here = collections.Counter()
        for file in sorted(path.rglob("*")):
            if file.suffix not in {".rs", ".md"} or not file.is_file():
                continue
            text = file.read_text("utf-8", errors="replace")
            if file.suffix == ".rs":
                text = "\n".join(COMMENT.findall(text))
            words = WORD.findall(URL.sub(" ", text))
            here.update(word.lower() for word in words if len(word) > 1)
        counts += here
        spread.update(here.keys())
    total = sum(counts.values())
    print(f"{len(sources)} crates, {total} words")
    rows = []
    for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        zipf = round(math.log10(count / total * 1e9), 1)
        if zipf >= LEAST_ZIPF and spread[word] >= LEAST_CRATES:
            rows.append(f"{word} {zipf}\n")
    return "".join(rows)


def compare(old, new):
    """Prints how two lists of `word zipf` differ."""
    old, new = (dict(line.split(" ") for line in text.splitlines()) for text in (old, new))
    both = old.keys() & new.keys()
    off = sum(abs(float(old[word]) - float(new[word])) for word in both) / len(both)
    print(f"{len(old)} words before, {len(new)} now, {len(both)} in both, {off:.2f} off on average")


def main():
    renew = {"dictionary": dictionary, "traditional": traditional, "english": english}
    arguments = sys.argv[1:]
    write = "--write" in arguments
    names = [argument for argument in arguments if argument != "--write"]
    if len(names) != 1 or names[0] not in renew:
        sys.exit(__doc__)
    path = TEXT / f"{names[0]}.txt"
    old, new = path.read_text("utf-8"), renew[names[0]]()
    if names[0] == "english":
        compare(old, new)
    else:
        print("the file is the same" if old == new else f"{path} differs")
    if write:
        path.write_text(new, "utf-8")
    elif names[0] != "english" and old != new:
        sys.exit(1)


main()
