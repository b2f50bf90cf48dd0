#!/usr/bin/env bash
# Write deploy/constraints.txt (what runs) and deploy/constraints-dev.txt (that, and the tools) from
# pyproject.toml, with hashes, for Python 3.11 and later. Arguments go to uv: `--upgrade` renews all,
# `--upgrade-package NAME` one. A release younger than a week waits: most bad ones are found by then.
set -euo pipefail
cd "$(dirname "$0")/.."

tool=.venv-lock
[ -x $tool/bin/uv ] || { python3 -m venv $tool && $tool/bin/pip install --quiet "uv>=0.13,<0.14"; }

compile() { # GROUP FILE ARGUMENT...
  $tool/bin/uv pip compile pyproject.toml --group "$1" --output-file "$2" "${@:3}" --quiet --universal \
    --python-version 3.11 --generate-hashes --no-emit-index-url --exclude-newer "7 days" \
    --custom-compile-command "make lock"
}

compile build deploy/constraints.txt "$@"
compile dev deploy/constraints-dev.txt --constraint deploy/constraints.txt "$@"
