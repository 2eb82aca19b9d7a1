#!/usr/bin/env bash
# Pictures per second of Neural against PyTorch on the same random checkpoint; see painter_vs_pytorch.py for the options.
# usage: Benchmarks/painter_vs_pytorch.sh [--size pocket|full] [--n 4] [--threads 2] [--rounds 5] [--numbers f32|f16]
set -euo pipefail
cd "$(dirname "$0")/.."
Scripts/python-environment.sh Training/parity/requirements.txt .venv
swift build -c release --product PainterBench
exec .venv/bin/python Benchmarks/painter_vs_pytorch.py .build/release/PainterBench "$@"
