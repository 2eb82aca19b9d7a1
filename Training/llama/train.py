"""Trains the pocket Llama from nothing and writes its checkpoint: `train.py`.

Dialogues are made as they are needed, none is seen twice. The state is kept in runs/ every two minutes and resumed from there.
The budget is in minutes of the processor's time on one thread, so that other work on the machine changes nothing.
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

import chat_tokens
from dialogues import dialogue
from model import CONFIG, Llama
from muon import optimisers_of

LONGEST = 896  # tokens


def corpus(count):
    """Texts for the tokenizer."""
    rng = random.Random("tokenizer")
    for _ in range(count):
        yield from (text for _, text in dialogue(rng).messages)


def batches(tokens, budget, rng, steps_ahead=8):
    """Batches (tokens [rows][time], weight of each position's next token), each of dialogues of about one length."""
    while True:
        pool, size = [], 0
        while size < budget * steps_ahead:
            ids, written = tokens.encode(dialogue(rng).messages)
            if len(ids) <= LONGEST:
                pool.append((ids, written))
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
            time_ = max(len(ids) for ids, _ in group)
            x = torch.zeros(len(group), time_, dtype=torch.long)
            weight = torch.zeros(len(group), time_)
            for row, (ids, written) in enumerate(group):
                x[row, : len(ids)] = torch.tensor(ids)
                # What people say is learned too, a little: it teaches to read.
                weight[row, : len(ids) - 1] = torch.tensor([1.0 if w else 0.1 for w in written[1:]])
            yield x, weight


def loss_of(model, x, weight):
    with torch.autocast("cpu", torch.bfloat16):
        states = model.states(x)
        # Most positions weigh little: a fifth of them stands for all.
        kept = (weight == 1) | ((weight > 0) & (torch.rand(weight.shape) < 0.2))
        kept[:, -1] = False
        logits = model.logits(states[kept])
    targets = x[:, 1:][kept[:, :-1]]
    w = weight[kept]
    w = torch.where(w == 1, w, w * 5)
    losses = F.cross_entropy(logits.float(), targets, reduction="none")
    return (losses * w).sum() / w.sum(), losses[w == 1].mean()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, default=HERE / "runs")
    parser.add_argument("--minutes", type=float, default=70)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--batch", type=int, default=4096, help="tokens a step")
    parser.add_argument("--threads", type=int, default=int(os.environ.get("OMP_NUM_THREADS", "1")))
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    runs = arguments.runs
    runs.mkdir(parents=True, exist_ok=True)
    if not (runs / "tokenizer.json").exists():
        chat_tokens.train(corpus(20_000), CONFIG["vocab_size"]).save(str(runs / "tokenizer.json"))
    tokens = chat_tokens.ChatTokens(runs / "tokenizer.json")
    model = Llama()
    print(sum(p.numel() for p in model.parameters()) / 1e6, "M parameters", flush=True)
    optimisers = optimisers_of(
        model.named_parameters(), lambda name, p: p.ndim == 2 and "embed" not in name, arguments.rate, (0.9, 0.98))
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
        share = done / budget
        rate = arguments.rate * min((step + 1) / 100, 1, (1 - share) / 0.5 + 0.01)
        for optimiser in optimisers:
            for group in optimiser.param_groups:
                group["lr"] = rate
            optimiser.zero_grad()
        loss, written = loss_of(model, x, weight)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimiser in optimisers:
            optimiser.step()
        step, seen = step + 1, seen + x.numel()
        now = time.monotonic()
        done = before + time.process_time() - started
        average = written.item() if average is None else average * 0.95 + written.item() * 0.05
        if now - last_said > 20:
            print(f"{done / 60:5.1f} min  step {step}  {seen / 1e6:.2f} M tokens  loss {average:.4f}", flush=True)
            last_said = now
        if now - last_saved > 120:
            save()
            last_saved = now
    save()


if __name__ == "__main__":
    main()
