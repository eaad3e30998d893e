#!/usr/bin/env bash
# Resolve the pinned versions anew, for Linux and Windows and Python 3.11 to 3.13, with hashes and without naming an index.
set -euo pipefail
cd "$(dirname "$0")"
tool=$(mktemp -d)
trap 'rm -rf "$tool"' EXIT
python3 -m venv "$tool"
"$tool/bin/python" -m pip install -q uv

lock() {
  "$tool/bin/uv" pip compile -q --upgrade --generate-hashes --no-emit-index-url --no-header --no-annotate "$@"
}

for list in requirements requirements-dev; do
  lock --universal --python-version 3.11 "$list.in" -o "../$list.txt"
done
# What freezes the program keeps to the versions that it was tried with.
lock --universal --python-version 3.11 -c ../requirements.txt requirements-build.in -o requirements-build.txt
lock --python-platform windows --python-version 3.13 requirements-rehearsal.in -o requirements-rehearsal.txt
