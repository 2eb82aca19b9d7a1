#!/usr/bin/env bash
# Learning adapters and speaking with them against PyTorch with peft; see clones_vs_peft.py for the options.
# usage: Benchmarks/clones_vs_peft.sh [--size small|124m] [--threads 2] [--steps 8]
set -euo pipefail
cd "$(dirname "$0")/.."
Scripts/python-environment.sh Benchmarks/clones-requirements.txt .venv
swift build -c release --product ClonesBench
exec .venv/bin/python Benchmarks/clones_vs_peft.py .build/release/ClonesBench "$@"
