#!/usr/bin/env bash
# Writes src/text/dictionary.txt: the words of jieba-rs that occur at least 20 times.
#   benches/data/dictionary.sh [FILE]
set -euo pipefail
cd "$(dirname "$0")/../.."
crate=$(cargo metadata --locked --format-version 1 |
  python3 -c 'import json, sys; print(next(p["manifest_path"] for p in json.load(sys.stdin)["packages"] if p["name"] == "jieba-rs"))')
awk '$2 >= 20 { print $1, $2 }' "$(dirname "$crate")/src/data/dict.txt" >"${1:-src/text/dictionary.txt}"
