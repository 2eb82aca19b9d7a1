#!/usr/bin/env bash
# Tokens per second of Neural against llama.cpp on the same random GGUF; see writer_vs_llamacpp.py for the options.
# usage: Benchmarks/writer_vs_llamacpp.sh [--size small|124m|1.1b] [--kind Q8_0|Q4_K] [--threads 2] [--conversations 1]
set -euo pipefail
cd "$(dirname "$0")/.."
Scripts/python-environment.sh Benchmarks/writer-requirements.txt .venv
swift build -c release --product WriterBench
exec .venv/bin/python Benchmarks/writer_vs_llamacpp.py .build/release/WriterBench "$@"
