#!/usr/bin/env bash
# See that what the tests drive is on this machine: two browsers, a screen for one of them, Node, PostgreSQL, Redis and
# strace.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
need() { # PACKAGE COMMAND...: missing when none of the commands is there
  local package=$1 command
  for command in "${@:2}"; do if command -v "$command" >/dev/null; then return; fi; done
  missing+=("$package")
}

need chromium chromium
need webkit2gtk-driver WebKitWebDriver
need xvfb Xvfb
need nodejs node
need redis-server redis-server
need strace strace
# Debian keeps the server's programs out of PATH.
need postgresql postgres /usr/lib/postgresql/*/bin/postgres

if [ ${#missing[@]} -gt 0 ]; then deploy/debian.sh "${missing[@]}"; fi
