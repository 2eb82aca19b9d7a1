"""Trains the VQGAN's decoder further while the tokens stay as they are, so that a trained transformer keeps its meaning.

The embedding is now a parameter like any other: no encoder has to agree with it any more.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from muon import optimisers_of
from scene_cache import drawn_scenes
from scene_codes import load_vqgan, tokens_of
from train_vqgan import is_matrix, reconstruction_loss, sheet, to_floats

BATCH = 8
SCENES = 4000


def decoded(detokenizer, tokens):
    """tokens int16 [n, 256] → [n, 3, 128, 128], clipped."""
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        parts = [detokenizer(part.long()).float() for part in torch.from_numpy(tokens).split(32)]
    return torch.cat(parts).clamp(0, 1)


def decibel(pictures, y):
    """Mean peak signal-to-noise ratio of reconstructions y."""
    error = F.mse_loss(y, to_floats(pictures), reduction="none").mean((1, 2, 3))
    return float((10 * torch.log10(1 / error.clamp(min=1e-7))).mean())


def polish(runs, minutes, peak=1e-3, seed=5):
    torch.manual_seed(seed)
    pictures = np.array(drawn_scenes(runs / "vqgan-scenes.npy", 12000, seed=1)[:SCENES])
    held_out = np.array(drawn_scenes(runs / "vqgan-held-out.npy", 256, seed=2, held_out=True))[:128]
    encoder, detokenizer, book = load_vqgan(runs)
    tokens = np.concatenate([tokens_of(encoder, book, part) for part in np.array_split(pictures, 80)])
    held_tokens = tokens_of(encoder, book, held_out)
    print(f"before: {decibel(held_out, decoded(detokenizer, held_tokens)):.2f} dB held out", flush=True)
    detokenizer.train().requires_grad_(True)
    optimisers = optimisers_of(detokenizer.named_parameters(), is_matrix, peak, betas=(0.9, 0.99))
    rng, step, started = np.random.default_rng(seed), 0, time.time()
    while (part := (time.time() - started) / (60 * minutes)) < 1:
        for group in (group for optimiser in optimisers for group in optimiser.param_groups):
            group["lr"] = peak * min(1, (step + 1) / 30) * max(0.01, 1 - part)
        chosen = rng.integers(0, len(pictures), BATCH)
        x = to_floats(pictures[chosen])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            y = detokenizer(torch.from_numpy(tokens[chosen]).long())
        loss = reconstruction_loss(y.float(), x)
        detokenizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(detokenizer.parameters(), 1.0)
        for optimiser in optimisers:
            optimiser.step()
        step += 1
        if step % 50 == 0:
            print(f"step {step} loss {loss.item():.4f}", flush=True)
    y = decoded(detokenizer, held_tokens)
    sheet(runs / "polished.png", held_out[:32], y[:32])
    torch.save({"detokenizer": detokenizer.state_dict(), "steps": step}, runs / "polished.pt")
    print(f"after {step} steps: {decibel(held_out, y):.2f} dB held out", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, default=Path(__file__).parent / "runs")
    parser.add_argument("--minutes", type=float, default=12)
    arguments = parser.parse_args()
    torch.set_num_threads(2)
    polish(arguments.runs, arguments.minutes)
