#!/usr/bin/env bash
# Jobs per second through the queue on Redis, beside two known queues on the same server, in turns on the same machine.
# usage: Benchmarks/redis.sh [JOBS] [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/.."
jobs=${1:-5000}
rounds=${2:-3}
port=${PORT:-17398}
swift build -c release --product JobsBench
Scripts/python-environment.sh Benchmarks/redis-requirements.txt .build/venv-redis
folder=$(mktemp -d)
redis-server --port "$port" --bind 127.0.0.1 --dir "$folder" --save '' --appendonly yes --maxmemory-policy noeviction >/dev/null &
server=$!
trap 'kill -9 $server; rm -rf "$folder"' EXIT
until redis-cli -p "$port" ping >/dev/null 2>&1; do sleep 0.1; done
for _ in $(seq "$rounds"); do
    redis-cli -p "$port" flushall >/dev/null
    .build/venv-redis/bin/python Benchmarks/redis_peers.py "$jobs" "redis://127.0.0.1:$port"
    redis-cli -p "$port" flushall >/dev/null
    .build/release/JobsBench "$jobs" "redis://127.0.0.1:$port"
done
