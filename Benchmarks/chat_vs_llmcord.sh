#!/usr/bin/env bash
# How soon an answer is in the channel, beside llmcord as published; see chat_vs_llmcord.py for the options.
# usage: Benchmarks/chat_vs_llmcord.sh [--questions 30] [--people 20] [--rounds 3]
set -euo pipefail
cd "$(dirname "$0")/.."
Scripts/python-environment.sh Benchmarks/llmcord-requirements.txt .build/venv-llmcord
version=d0aa8d211c2db2adb8be1aa7d5df5792f9dbd05f
llmcord=.build/llmcord-$version
if [ ! -e "$llmcord/llmcord.py" ]; then
    git init --quiet "$llmcord"
    git -C "$llmcord" fetch --quiet --depth 1 https://github.com/jakobdylanc/llmcord "$version"
    git -C "$llmcord" checkout --quiet FETCH_HEAD
fi
swift build -c release --product troupe
exec .build/venv-llmcord/bin/python Benchmarks/chat_vs_llmcord.py --troupe .build/release/troupe --llmcord "$llmcord" "$@"
