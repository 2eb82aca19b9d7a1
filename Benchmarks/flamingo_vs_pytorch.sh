#!/usr/bin/env bash
# A question about a picture by Neural and by the public open_flamingo code, on the same random model; see flamingo_vs_pytorch.py.
# usage: Benchmarks/flamingo_vs_pytorch.sh [THREADS]
set -euo pipefail
cd "$(dirname "$0")/.."
Scripts/python-environment.sh Benchmarks/flamingo-requirements.txt .venv
[ -d .venv/open_flamingo ] || git clone --quiet --depth 1 https://github.com/mlfoundations/open_flamingo .venv/open_flamingo
swift build -c release --product FlamingoBench
OMP_WAIT_POLICY=passive exec .venv/bin/python Benchmarks/flamingo_vs_pytorch.py .venv/open_flamingo .build/release/FlamingoBench "$@"
