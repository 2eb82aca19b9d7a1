#!/usr/bin/env bash
# Seconds to make one grid of nine pictures of 1024×1024, beside Pillow and pyvips, in turns on the same machine.
# usage: Benchmarks/grid.sh [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-5}
swift build -c release --product GridBench
Scripts/python-environment.sh Benchmarks/grid-requirements.txt .build/venv-grid
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
.build/venv-grid/bin/python Benchmarks/grid_peers.py "$folder" 1 >/dev/null
for _ in $(seq "$rounds"); do
    .build/venv-grid/bin/python Benchmarks/grid_peers.py "$folder" 1
    .build/release/GridBench "$folder" 1
done
