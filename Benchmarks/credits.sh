#!/usr/bin/env bash
# Payments per second through the ledger on SQLite and PostgreSQL, beside a voucher service of Flask and SQLite, in turns on the
# same machine. usage: Benchmarks/credits.sh [PAIRS] [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/.."
pairs=${1:-10000}
rounds=${2:-3}
swift build -c release --product CreditsBench
Scripts/python-environment.sh Benchmarks/credits-requirements.txt .venv
for _ in $(seq "$rounds"); do
    .venv/bin/python Benchmarks/credits_peer.py $((pairs / 10))
    .build/release/CreditsBench "$pairs"
done
