#!/usr/bin/env bash
# A PostgreSQL of the tests' own, on a free port of the loopback, run by an ordinary user.
#   tests/postgres.sh start        makes one in a new folder; prints the folder and its address
#   tests/postgres.sh kill DIR     ends it as a crash does
#   tests/postgres.sh again DIR    starts it again on the same port
#   tests/postgres.sh remove DIR   ends it and removes the folder
set -euo pipefail

bin() {
  local initdb
  initdb=$(find /usr/lib/postgresql -name initdb 2>/dev/null | sort -V | tail -1)
  dirname "${initdb:-$(readlink -f "$(command -v initdb)")}"
}
# A server of PostgreSQL refuses to run as root.
as() {
  if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- env LC_ALL=C.UTF-8 "$@"); else LC_ALL=C.UTF-8 "$@"; fi
}
# Nothing of it may keep open what the caller has open: a pipe would never end, a lock never be let go.
launch() {
  as "$PG/pg_ctl" -D "$1/data" -w -t 120 -l "$1/log" -o "-p $(cat "$1/port") -k $1 -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off" start >/dev/null </dev/null 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
}

PG=$(bin)
case "$1" in
  start)
    dir=$(mktemp -d "${TMPDIR:-/tmp}/jieda-postgres.XXXXXX")
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])' >"$dir/port"
    if [ "$(id -u)" = 0 ]; then chown -R postgres "$dir"; fi
    as "$PG/initdb" -D "$dir/data" -U test -A trust -E UTF8 --no-sync --no-instructions >"$dir/initdb.log"
    launch "$dir"
    echo "$dir"
    echo "postgres://test@127.0.0.1:$(cat "$dir/port")/postgres"
    ;;
  kill) as "$PG/pg_ctl" -D "$2/data" -w -m immediate stop >/dev/null ;;
  again) launch "$2" ;;
  remove)
    as "$PG/pg_ctl" -D "$2/data" -w -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$2"
    ;;
esac
