#!/usr/bin/env bash
# deploy/install.sh LOCK: make .venv when there is none, and put into it exactly what LOCK names, checked
# by hash, and this project beside it. pip resolves nothing and builds with nothing that is not locked.
set -euo pipefail
cd "$(dirname "$0")/.."

fits() { command -v "$1" >/dev/null && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; }

if [ ! -x .venv/bin/python ]; then
  for python in "${PYTHON:-python3}" python3.13 python3.12 python3.11; do fits "$python" && break; done
  fits "$python" || { echo "Python 3.11 or later is needed." >&2; exit 1; }
  "$python" -c "import ensurepip" 2>/dev/null || deploy/debian.sh python3-venv
  "$python" -m venv .venv
fi

pip() { .venv/bin/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation "$@"; }

pip --require-hashes --use-pep517 --requirement "$1"
pip --editable .
