#!/usr/bin/env bash
# Resolve the pinned versions anew, for Linux and Windows and Python 3.11 to 3.13, with hashes and without naming an index.
set -euo pipefail
cd "$(dirname "$0")"
tool=$(mktemp -d)
trap 'rm -rf "$tool"' EXIT
python3 -m venv "$tool"
"$tool/bin/python" -m pip install -q uv
for list in requirements requirements-dev; do
  "$tool/bin/uv" pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-header --no-annotate "$list.in" -o "../$list.txt"
done
