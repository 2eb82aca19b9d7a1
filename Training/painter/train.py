"""Trains the pocket painter from nothing and writes its checkpoint: `train.py --all`.

Stages, each resumed from its own checkpoint in --runs: VQGAN, tokens of many scenes (beside the next stage), transformer,
finish of the VQGAN's decoder, export, comparison with min-dalle's modules, evaluation on held-out scenes.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
WEIGHTS = HERE.parent.parent / "Sources" / "PocketModels" / "Weights" / "painter"

# Large buffers are freed and asked for again at every step: without these settings the allocator gives them back to the
# system each time, and most of the time goes into page faults.
ALLOCATOR = {"MALLOC_MMAP_THRESHOLD_": str(2**32), "MALLOC_TRIM_THRESHOLD_": str(2**33), "GOMP_SPINCOUNT": "0"}


def start(script, *arguments):
    """Starts one of the stages as a process of its own."""
    command = [sys.executable, str(HERE / script), *map(str, arguments)]
    return subprocess.Popen(command, env=os.environ | ALLOCATOR)


def run(script, *arguments):
    if start(script, *arguments).wait():
        sys.exit(f"{script} failed; run again to resume")


def wait_for(path, process):
    """Waits until the background process has written the path."""
    while not path.exists():
        try:
            process.wait(2)
        except subprocess.TimeoutExpired:
            continue
        if not path.exists():
            sys.exit(f"{process.args[1]} ended without {path.name}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="every stage, from the drawings to the evaluation")
    parser.add_argument("--runs", type=Path, default=HERE / "runs", help="where intermediate results are kept")
    parser.add_argument("--checkpoint", type=Path, default=WEIGHTS)
    parser.add_argument("--vqgan-minutes", type=float, default=22)
    parser.add_argument("--bart-minutes", type=float, default=70)
    parser.add_argument("--polish-minutes", type=float, default=12)
    parser.add_argument("--shards", type=int, default=40, help="of 2,000 scenes each")
    arguments = parser.parse_args()
    if not arguments.all:
        parser.error("say --all to train everything; single stages are scripts of their own (see README.md)")
    runs = arguments.runs
    run("train_vqgan.py", "--runs", runs, "--minutes", arguments.vqgan_minutes)
    codes = start("scene_codes.py", "--runs", runs, "--shards", arguments.shards)
    wait_for(runs / "codes" / "002.pickle", codes)
    run("train_bart.py", "--runs", runs, "--minutes", arguments.bart_minutes)
    codes.terminate()
    run("polish_vqgan.py", "--runs", runs, "--minutes", arguments.polish_minutes)
    run("export.py", arguments.checkpoint, "--runs", runs)
    run("parity.py", arguments.checkpoint)
    run("evaluate.py", arguments.checkpoint, "--json", runs / "evaluation.json", "--sheet", runs / "held-out.png")


if __name__ == "__main__":
    main()
