#!/usr/bin/env bash
# Sets the outside clients up in a folder, quietly and only when something has changed.
set -euo pipefail
cd "$(dirname "$0")"
tools=$1
mkdir -p "$tools/node"

need() { command -v "$1" >/dev/null || install "${@:2}"; }
install() {
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# Two runs at the same time must not set up the same folder.
exec 9>"$tools/lock"
flock 9

if ! cmp -s requirements.txt "$tools/requirements.txt"; then
  need python3 python3 python3-venv
  python3 -c 'import ensurepip' 2>/dev/null || install python3-venv
  python3 -m venv "$tools/python"
  "$tools/python/bin/pip" install --quiet --disable-pip-version-check -r requirements.txt
  cp requirements.txt "$tools/"
fi

if ! cmp -s package.json "$tools/node/installed.json"; then
  need node nodejs
  need npm npm
  cp package.json "$tools/node/"
  (cd "$tools/node" && npm install --silent --no-audit --no-fund)
  cp package.json "$tools/node/installed.json"
fi
