#!/usr/bin/env bash
# Jobs per second through the durable queue on SQLite, beside two known queues on SQLite, in turns on the same machine.
# usage: Benchmarks/jobs.sh [JOBS] [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/.."
jobs=${1:-5000}
rounds=${2:-3}
swift build -c release --product JobsBench
Scripts/python-environment.sh Benchmarks/jobs-requirements.txt .venv
for _ in $(seq "$rounds"); do
    .venv/bin/python Benchmarks/jobs_peers.py "$jobs"
    .build/release/JobsBench "$jobs" crash
    .build/release/JobsBench $((jobs / 10)) power
done
