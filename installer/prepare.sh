#!/usr/bin/env bash
# Make .venv with the pinned packages, and see to the libraries of the system that Qt needs.
set -euo pipefail
cd "$(dirname "$0")/.."

# What PySide6-Essentials asks of a bare Debian 12, for a window (xcb) and without one (offscreen).
qt_libraries=(libegl1 libgl1 libopengl0 libxkbcommon-x11-0 libdbus-1-3 libfontconfig1 libglib2.0-0 libxcb-cursor0
  libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-xinerama0 libxcb-xkb1)

missing=()
if command -v dpkg-query >/dev/null; then
  for package in "${qt_libraries[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
  done
  python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
fi
if ((${#missing[@]})); then
  if [ "$(id -u)" = 0 ]; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  else
    echo "Some libraries of the system are missing. Install them with this line, then try again:" >&2
    echo "  sudo apt-get install ${missing[*]}" >&2
    exit 1
  fi
fi

[ -x .venv/bin/python ] || python3 -m venv .venv
.venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-dev.txt
