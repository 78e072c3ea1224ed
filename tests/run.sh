#!/usr/bin/env bash
# Sets up what the tests need and runs them all. The last line is cargo test's own.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-${HOME:-/tmp}/.cache/jieda-target}"
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

cargo test --locked --quiet --doc
cargo test --locked --lib --bins --tests --no-fail-fast "$@"
