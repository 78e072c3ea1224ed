#!/usr/bin/env bash
# pino 9.6.0 (pino-std-serializers 7): the field err.message of a log line is not the error's own
# message. The messages of all causes are joined to it by ": ", outermost first, and err.stack holds
# the chain a second time. So a platform's message stands at the end of a value that no program ever
# threw, and twice in the line: whoever compares whole values finds neither.
#
# Expected: err.message as thrown, the cause in a field of its own.
# Seen: {"message":"push failed: root message", "stack":"Error: push failed … caused by: Error: root message …"}
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund pino@9.6.0
line="$(node -e '
const pino = require("pino")();
pino.error({ err: new Error("push failed", { cause: new Error("root message") }) });
')"
node -e '
const { err } = JSON.parse(process.argv[1]);
const joined = err.message === "push failed: root message";
const twice = /^Error: push failed[^]*caused by: Error: root message/.test(err.stack);
console.log(JSON.stringify(err.message), "| chain in stack:", twice);
process.exit(joined && twice && !("cause" in err) ? 0 : 1);
' "$line"
