"""Tokens per second of Neural and of llama.cpp (the server in the xllamacpp wheel) from the same random GGUF file, in turn.

usage: writer_vs_llamacpp.py BENCH [--size small|124m|1.1b] [--kind Q8_0|Q4_K|…] [--threads 2] [--conversations 1] [--rounds 3]
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy

sys.path.append(str(Path(__file__).resolve().parents[1] / "Tests/EndToEnd"))
from harness import random_llama

SIZES = {
    "small": {"layers": 4, "width": 512, "heads": 8, "key_heads": 4, "hidden": 1536, "vocabulary_size": 8192},
    "124m": {"layers": 12, "width": 768, "heads": 12, "key_heads": 12, "hidden": 2048, "vocabulary_size": 32000},
    "1.1b": {"layers": 22, "width": 2048, "heads": 32, "key_heads": 4, "hidden": 5632, "vocabulary_size": 32000},
}
PEER = """
import json, statistics, sys, threading
import xllamacpp
path, threads, conversations = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
p = xllamacpp.CommonParams(); p.model.path = path; p.n_ctx = 2048 * conversations; p.n_parallel = conversations; p.n_gpu_layers = 0
p.cpuparams.n_threads = threads; p.cpuparams_batch.n_threads = threads
server = xllamacpp.Server(p)
def run(index, prompt, count, out):
    tokens = [(i * 7 + index * 13 + 5) % 300 + 3 for i in range(prompt)]
    out[index] = server.handle_completions({"prompt": tokens, "n_predict": count, "ignore_eos": True, "cache_prompt": False,
                                            "temperature": 1, "top_k": 40})["timings"]
def together(prompt, count):
    out = [None] * conversations
    work = [threading.Thread(target=run, args=(i, prompt, count, out)) for i in range(conversations)]
    [t.start() for t in work]; [t.join() for t in work]
    return out
together(16, 4)
reading = [sum(t["prompt_per_second"] for t in together(512, 1)) for _ in range(3)]
writing = [sum(t["predicted_per_second"] for t in together(16, 48)) for _ in range(3)]
print(json.dumps({"prefill": statistics.median(reading), "decode": statistics.median(writing)}))
"""


def bandwidth(threads):
    """Gigabytes a second that plain reading reaches."""
    data = [numpy.ones(32 << 20, numpy.int64) for _ in range(threads)]
    best = 0
    for _ in range(4):
        work = [threading.Thread(target=part.max) for part in data]
        start = time.perf_counter()
        [t.start() for t in work]
        [t.join() for t in work]
        best = max(best, sum(part.nbytes for part in data) / (time.perf_counter() - start) / 1e9)
    return best


def last_line(command):
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("bench")
    p.add_argument("--size", choices=SIZES, default="124m")
    p.add_argument("--kind", default="Q8_0")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--conversations", type=int, default=1)
    p.add_argument("--rounds", type=int, default=3)
    a = p.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "random.gguf"
        random_llama.write(path, kind=a.kind, context=2048, **SIZES[a.size])
        size = path.stat().st_size / 1e9
        pairs = []
        for _ in range(a.rounds):
            ours = last_line([a.bench, str(path), str(a.threads), str(a.conversations)])
            theirs = last_line([sys.executable, "-c", PEER, str(path), str(a.threads), str(a.conversations)])
            pairs.append((ours, theirs))
    limit = bandwidth(a.threads)
    print(f"{a.size} {a.kind}, {size:.2f} GB, {a.threads} threads, {a.conversations} conversations, {a.rounds} rounds in turn, "
          f"load {os.getloadavg()[0]:.1f}; plain reading {limit:.0f} GB/s")
    for key in ("decode", "prefill"):
        ours, theirs = (statistics.median(pair[side][key] for pair in pairs) for side in (0, 1))
        ratio = statistics.median(pair[0][key] / pair[1][key] for pair in pairs)
        print(f"{key:8} neural {ours:8.1f}  llama.cpp {theirs:8.1f} tokens/s  ratio of the rounds, median {ratio:.2f}")
    if a.conversations == 1:
        decode = statistics.median(pair[0]["decode"] for pair in pairs)
        print(f"weights read while decoding: {decode * size:.1f} GB/s, {decode * size / limit:.0%} of plain reading")


if __name__ == "__main__":
    main()
