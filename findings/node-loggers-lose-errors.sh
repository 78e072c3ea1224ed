#!/usr/bin/env bash
# pino 9.6.0 and winston 3.17.0: an error under another key than the one that the logger serializes
# is written as an empty object, its message gone, without a warning. pino knows `err` alone (not
# `error`), winston no key of the second argument at all (not `err`). A log line with "error":{} or
# "err":{} therefore does not say that there was no error: it has lost it, and the sender has to be
# asked for another line.
#
# Expected: the message in both. Seen: {} in both.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund pino@9.6.0 winston@3.17.0
lines="$(node -e '
const failure = new Error("sub_msg of the platform");
require("pino")().error({ error: failure }, "push failed");
const winston = require("winston");
const logger = winston.createLogger({ format: winston.format.json(), transports: [new winston.transports.Console()] });
logger.error("push failed", { err: failure });
')"
echo "$lines"
node -e '
const lines = process.argv[1].split("\n").map((line) => JSON.parse(line));
const lost = lines.map((line) => JSON.stringify(line.error ?? line.err));
process.exit(lines.length === 2 && lost.every((value) => value === "{}") ? 0 : 1);
' "$lines"
