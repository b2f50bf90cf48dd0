#!/usr/bin/env bash
# Teach the sentence model again, with PyTorch in an environment of its own: it is 700 MB, and nothing that
# runs, tests or checks the service needs it.
set -euo pipefail
cd "$(dirname "$0")/.."

tool=.venv-tune
[ -x $tool/bin/python ] || { .venv/bin/python -m venv $tool && $tool/bin/pip install --quiet "torch>=2.13,<3"; }
PYTHONPATH="$PWD:$(echo "$PWD"/.venv/lib/python3*/site-packages)" $tool/bin/python deploy/tune.py "$@"
