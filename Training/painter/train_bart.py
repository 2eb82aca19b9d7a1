"""Trains the transformer for a number of minutes on the shards that are ready; resumes from its own checkpoint.

One caption in ten is dropped for the unconditional prompt, for guidance. Matrices learn by Muon, the rest by AdamW; the
running mean of the weights is what is shipped. Two processes of one thread each share every batch and meet once a step:
threads would meet at every product, and wait for one another whenever the machine has other work.
"""

import argparse
import random
import time
from pathlib import Path

import torch
import torch.distributed as dist
import torch.multiprocessing as multiprocessing
from torch.nn import functional as F

from bart import DalleBart
from captions import caption
from muon import optimisers_of
from scene_codes import load_shards
from tokenizer import TextTokenizer, train_tokenizer

WORKERS = 2
BATCH = 24  # for each worker
DROPPED = 0.1


def text_rows(scenes, tokenizer, rng):
    """Token rows [b, t] for the scenes, freshly phrased, cut to the longest."""
    rows = [tokenizer.tokenize("" if rng.random() < DROPPED else caption(scene, rng)) for scene in scenes]
    t = max(map(len, rows))
    return torch.tensor([row + [1] * (t - len(row)) for row in rows])


def is_matrix(name, p):
    """Which parameters learn by Muon: the layers' products, not embeddings and head."""
    return ".layers." in name and p.ndim == 2


def held_out_loss(model, scenes, tokens, tokenizer):
    """Mean cross-entropy per token on the first 96 held-out scenes, and the share of tokens guessed right."""
    rng, losses, hits = random.Random(0), [], []
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for at in range(0, 96, 32):
            image = torch.from_numpy(tokens[at : at + 32]).long()
            rows = [tokenizer.row(caption(scene, rng)) for scene in scenes[at : at + 32]]
            logits = model(torch.tensor(rows), image).float()
            losses.append(F.cross_entropy(logits.flatten(0, 1), image.flatten()))
            hits.append((logits.argmax(-1) == image).float().mean())
    return float(torch.stack(losses).mean()), float(torch.stack(hits).mean())


def average_gradients(model, spent):
    """Averages the workers' gradients in place; returns the longest of their times, so that all stop together."""
    gradients = [p.grad for p in model.parameters()]
    flat = torch.cat([g.flatten() for g in gradients])
    dist.all_reduce(flat)
    flat /= WORKERS
    for g, part in zip(gradients, flat.split([g.numel() for g in gradients])):
        g.copy_(part.view_as(g))
    longest = torch.tensor([spent])
    dist.all_reduce(longest, dist.ReduceOp.MAX)
    return float(longest)


def train(worker, runs, minutes, peak=2e-3, seed=3):
    """What each worker runs; worker 0 also speaks, saves and measures."""
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{runs.resolve()}/rendezvous", rank=worker, world_size=WORKERS)
    torch.manual_seed(seed)
    tokenizer = TextTokenizer(runs)
    scenes, tokens = load_shards(runs)
    held_scenes, held_tokens = load_shards(runs, held_out=True)
    model = DalleBart()
    mean = DalleBart()
    mean.load_state_dict(model.state_dict())
    optimisers = optimisers_of(model.named_parameters(), is_matrix, peak, betas=(0.9, 0.98))
    step, spent, checkpoint = 0, 0.0, runs / "bart.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint)
        model.load_state_dict(state["model"])
        mean.load_state_dict(state["mean"])
        for optimiser, saved in zip(optimisers, state["optimisers"]):
            optimiser.load_state_dict(saved)
        step, spent = state["step"], state["spent"]
    if worker == 0:
        print(f"{sum(p.numel() for p in model.parameters()) / 1e6:.2f}M parameters, {len(scenes)} scenes", flush=True)
    rng = random.Random(f"{seed} {step} {worker}")
    limit, last_save, started, total = minutes * 60, time.time(), time.time() - spent, 0.0
    while spent < limit:
        rate = peak * min(1, (step + 1) / 100) * max(0.01, min(1, 1.7 * (1 - spent / limit)))
        for group in (group for optimiser in optimisers for group in optimiser.param_groups):
            group["lr"] = rate
        chosen = [rng.randrange(len(scenes)) for _ in range(BATCH)]
        text = text_rows([scenes[i] for i in chosen], tokenizer, rng)
        image = torch.from_numpy(tokens[chosen]).long()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = model(text, image)
            loss = F.cross_entropy(logits.flatten(0, 1), image.flatten())
        model.zero_grad(set_to_none=True)
        loss.backward()
        spent = average_gradients(model, time.time() - started)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimiser in optimisers:
            optimiser.step()
        step += 1
        total += loss.item()
        keep = min(0.995, 1 - 1 / (1 + step / 8))
        with torch.no_grad():
            torch._foreach_lerp_(list(mean.parameters()), list(model.parameters()), 1 - keep)
        if step % 25 == 0:
            if worker == 0:
                print(f"step {step} {spent:.0f}s loss {total / 25:.4f} rate {rate:.5f} scenes {len(scenes)}", flush=True)
            total = 0.0
        if step % 100 == 0:
            scenes, tokens = load_shards(runs)
        if worker == 0 and (time.time() - last_save > 120 or spent >= limit):
            last_save = time.time()
            state = {
                "model": model.state_dict(), "mean": mean.state_dict(),
                "optimisers": [optimiser.state_dict() for optimiser in optimisers], "step": step, "spent": spent,
            }
            torch.save(state, runs / "bart.new")
            (runs / "bart.new").replace(checkpoint)
            held, right = held_out_loss(mean, held_scenes, held_tokens, tokenizer)
            print(f"step {step} {spent:.0f}s held out loss {held:.4f}, tokens right {right:.3f}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, default=Path(__file__).parent / "runs")
    parser.add_argument("--minutes", type=float, default=60)
    arguments = parser.parse_args()
    if not (arguments.runs / "vocab.json").exists():
        train_tokenizer(arguments.runs)
    (arguments.runs / "rendezvous").unlink(missing_ok=True)
    multiprocessing.spawn(train, (arguments.runs, arguments.minutes), nprocs=WORKERS)
