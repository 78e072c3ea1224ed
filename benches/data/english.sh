#!/usr/bin/env bash
# Counts the words in the documentation of all crates that this one is built of, and writes
# src/text/english.txt: words of a frequency of 4.3 and more on Zipf's scale (the decimal logarithm of
# occurrences in a billion words), the most frequent first.
#   benches/data/english.sh [FILE]
set -euo pipefail
cd "$(dirname "$0")/../.."
cargo metadata --locked --format-version 1 | python3 -c '
import collections, glob, json, math, os, re, sys
counts = collections.Counter()
for package in json.load(sys.stdin)["packages"]:
    folder = os.path.dirname(package["manifest_path"])
    if not package["source"]:
        continue
    for path in glob.glob(folder + "/**/*.rs", recursive=True):
        fenced = False
        for line in open(path, encoding="utf-8", errors="ignore"):
            comment = re.match(r"\s*//[/!] ?(.*)", line)
            if not comment:
                fenced = False
                continue
            text = comment.group(1)
            if text.lstrip().startswith("```"):
                fenced = not fenced
            elif not fenced:
                prose = re.sub(r"`[^`]*`|\]\([^)]*\)|https?://\S+", " ", text)
                counts.update(w.lower() for w in re.findall(r"[A-Za-z]{2,}", prose))
total = sum(counts.values())
zipf = {w: math.log10(n / total * 1e9) for w, n in counts.items()}
kept = sorted((w for w in zipf if zipf[w] >= 4.3), key=lambda w: (-zipf[w], w))
print(f"{total} words, {len(kept)} kept", file=sys.stderr)
print("\n".join(f"{w} {zipf[w]:.1f}" for w in kept))
' >"${1:-src/text/english.txt}"
