#!/usr/bin/env bash
# Sets up what the tests need and runs them all. The last line is cargo test's own.
set -euo pipefail
cd "$(dirname "$0")/.."
# The same folder as cargo's own.
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}"
export INSTA_UPDATE=no

command -v cargo >/dev/null || { echo "tests/run.sh: cargo is missing; install Rust 1.94 or newer (rustup.rs)" >&2; exit 2; }
# need COMMAND PACKAGE…: installs what is missing, quietly.
need() {
  command -v "$1" >/dev/null || { apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${@:2}" >/dev/null; }
}
need cc gcc libc6-dev
need promtool prometheus
# The browser shows Chinese only with a font for it.
need chromedriver chromium chromium-driver fonts-noto-cjk
need python3 python3
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || need initdb postgresql

{ read -r postgres; read -r JIEDA_TEST_POSTGRES; } < <(tests/postgres.sh start)
export JIEDA_TEST_POSTGRES
trap 'tests/postgres.sh remove "$postgres"' EXIT

# The chat platforms' sides, by libraries of others. dingtalk-sdk wants a pycrypto that no longer builds.
chat="$CARGO_TARGET_DIR/chat-venv"
if ! "$chat/bin/python3" -c 'import wechatpy, dingtalk.crypto, lark_oapi.core.utils.decryptor' 2>/dev/null; then
  if ! python3 -c 'import ensurepip' 2>/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3 python3-venv >/dev/null
  fi
  python3 -m venv --clear "$chat"
  "$chat/bin/pip" install -q --disable-pip-version-check wechatpy==1.8.18 pycryptodome==4.4.0 lark-oapi==1.7.5
  "$chat/bin/pip" install -q --disable-pip-version-check --no-deps dingtalk-sdk==1.3.8
fi
export CHAT_PYTHON="$chat/bin/python3"

tests/clients/setup.sh "$CARGO_TARGET_DIR/test-tools"

cargo test --locked --quiet --doc
cargo test --locked --lib --bins --tests --no-fail-fast "$@"
