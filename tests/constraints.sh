#!/bin/sh
# Pin every package, those of packages included, from an empty environment of the oldest Python we support.
# Usage: make constraints PYTHON=python3.11
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check --upgrade '.[dev,postgresql]'
{
    echo "# Every package Echowire and its tests install, pinned. Refresh with: make constraints PYTHON=python3.11"
    echo "# One set serves Python 3.11 to 3.13."
    "$folder/venv/bin/python" -m pip freeze --disable-pip-version-check --exclude echowire |
        grep -v -e '^#' -e '^-e' -e ' @ ' | sort -f
} >"$folder/constraints.txt"
mv "$folder/constraints.txt" constraints.txt
