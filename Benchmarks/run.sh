#!/usr/bin/env bash
# Runs every benchmark once, on a release build. Results are printed; RESULTS.md keeps those of a quiet machine.
set -euo pipefail
cd "$(dirname "$0")/.."
swift build -c release
Scripts/python-environment.sh Tests/EndToEnd/requirements.txt
echo "== interactions: acknowledgement under a burst, start to READY"
.venv/bin/python Benchmarks/interactions.py --troupe .build/release/troupe
echo "== overhead: a picture through Troupe beside a direct call"
.venv/bin/python Benchmarks/overhead.py --troupe .build/release/troupe
echo "== a large Discord, and the rate limiter: Troupe's client beside discord.py"
Scripts/python-environment.sh Tests/EndToEnd/requirements-libraries.txt .venv-libraries
.venv/bin/python Benchmarks/discord_load.py --troupe .build/release/troupe --bench .build/release/DiscordBench
for script in Benchmarks/*.sh; do
    [ "$script" = Benchmarks/run.sh ] && continue
    echo "== $script"
    "$script"
done
