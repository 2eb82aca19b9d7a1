"""Trains the pocket cast's base from nothing: `train.py`.

Messages and answers are made as they are needed, none is seen twice. The state is kept in runs/ every two minutes and resumed from
there. The budget is in minutes of the processor's time on one thread, so that other work on the machine changes nothing.
"""

import argparse
import os
import random
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent / "painter"))
# Large buffers must stay with the allocator, or page faults take most of each step.
ALLOCATOR = {"MALLOC_MMAP_THRESHOLD_": str(2**32), "MALLOC_TRIM_THRESHOLD_": str(2**33), "GOMP_SPINCOUNT": "0"}
if not all(key in os.environ for key in ALLOCATOR):
    os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | ALLOCATOR)

import torch
import torch.nn.functional as F

from model import CONFIG, GPT2
from muon import optimisers_of
from pairs import Tokens, pair

LONGEST = 128  # tokens
MESSAGE_WEIGHT = 0.3  # what is answered is learned too, a little: it teaches to read
TOPIC_WEIGHT = 4.0  # to name what was spoken of is the hardest, and few tokens ask for it


def batches(tokens, budget, rng, steps_ahead=16):
    """Batches (tokens [rows][time], weight of each position's next token), each of texts of about one length."""
    while True:
        pool, size = [], 0
        while size < budget * steps_ahead:
            ids, first, named = tokens.encode(*pair(rng))
            if len(ids) <= LONGEST:
                pool.append((ids, first, named))
                size += len(ids)
        pool.sort(key=lambda d: len(d[0]))
        groups, group = [], []
        for d in pool:
            if group and len(d[0]) * (len(group) + 1) > budget:
                groups.append(group)
                group = []
            group.append(d)
        rng.shuffle(groups)
        for group in groups:
            x = torch.full((len(group), max(len(ids) for ids, _, _ in group)), tokens.end, dtype=torch.long)
            weight = torch.zeros(x.shape)
            for row, (ids, first, named) in enumerate(group):
                x[row, : len(ids)] = torch.tensor(ids)
                weight[row, : first - 1] = MESSAGE_WEIGHT
                weight[row, first - 1 : len(ids) - 1] = torch.tensor([TOPIC_WEIGHT if n else 1.0 for n in named] + [1.0])
            yield x, weight


def loss_of(model, x, weight):
    kept = weight > 0
    with torch.autocast("cpu", torch.bfloat16):
        logits = model.logits(model.states(x)[kept])
    losses = F.cross_entropy(logits.float(), x.roll(-1, 1)[kept], reduction="none")
    w = weight[kept]
    return (losses * w).sum() / w.sum(), losses[w >= 1].mean()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, default=HERE / "runs")
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--rate", type=float, default=4e-3)
    parser.add_argument("--batch", type=int, default=4096, help="tokens a step")
    parser.add_argument("--threads", type=int, default=int(os.environ.get("OMP_NUM_THREADS", "1")))
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    runs = arguments.runs
    runs.mkdir(parents=True, exist_ok=True)
    if not (runs / "merges.txt").exists():
        Tokens.train(runs, CONFIG["vocab_size"])
    tokens = Tokens(runs)
    model = GPT2()
    print(f"{sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters", flush=True)
    optimisers = optimisers_of(
        model.named_parameters(), lambda name, p: p.ndim == 2 and not name.startswith("w"), arguments.rate, (0.9, 0.98))
    done, step, seen = 0.0, 0, 0
    state = runs / "state.pt"
    if state.exists():
        saved = torch.load(state)
        model.load_state_dict(saved["model"])
        for optimiser, old in zip(optimisers, saved["optimisers"]):
            optimiser.load_state_dict(old)
        done, step, seen = saved["done"], saved["step"], saved["seen"]
    budget = arguments.minutes * 60
    last_saved = last_said = time.monotonic()
    started, before, average = time.process_time(), done, None

    def save():
        kept = {"model": model.state_dict(), "optimisers": [o.state_dict() for o in optimisers], "done": done, "step": step, "seen": seen}
        torch.save(kept, runs / "state.new")
        (runs / "state.new").rename(state)

    for x, weight in batches(tokens, arguments.batch, random.Random(f"training {step}")):
        if done >= budget:
            break
        rate = arguments.rate * min((step + 1) / 100, 1, (1 - done / budget) / 0.5 + 0.01)
        for optimiser in optimisers:
            for group in optimiser.param_groups:
                group["lr"] = rate
            optimiser.zero_grad()
        loss, answered = loss_of(model, x, weight)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimiser in optimisers:
            optimiser.step()
        step, seen = step + 1, seen + x.numel()
        now = time.monotonic()
        done = before + time.process_time() - started
        average = answered.item() if average is None else average * 0.95 + answered.item() * 0.05
        if now - last_said > 20:
            print(f"{done / 60:5.1f} min  step {step}  {seen / 1e6:.2f} M tokens  loss {average:.4f}", flush=True)
            last_said = now
        if now - last_saved > 120:
            save()
            last_saved = now
    save()


if __name__ == "__main__":
    main()
