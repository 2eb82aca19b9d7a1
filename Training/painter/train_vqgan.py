"""Trains the VQGAN for a number of minutes; resumes from its own checkpoint.

Loss: L1 + L2 + the L1 of the horizontal and vertical differences (edges), plus the commitment of the encoder.
The first steps do without quantisation; then the codebook begins at the k-means of what the encoder says by then.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch.nn import functional as F

from muon import optimisers_of
from scene_cache import drawn_scenes
from vqgan import CONFIG, Codebook, Detokenizer, Encoder

BATCH = 8
PLAIN_STEPS = 300


def edges(x):
    return x[..., :, 1:] - x[..., :, :-1], x[..., 1:, :] - x[..., :-1, :]


def reconstruction_loss(y, x):
    loss = F.l1_loss(y, x) + 2 * F.mse_loss(y, x)
    return loss + sum(F.l1_loss(a, b) for a, b in zip(edges(y), edges(x)))


def to_floats(pictures):
    """uint8 [n, 128, 128, 3] → float [n, 3, 128, 128] in 0…1, channels last."""
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255


def psnr(encoder, detokenizer, book, pictures):
    """Mean peak signal-to-noise ratio in dB of reconstructed pictures, and the reconstructions."""
    out = []
    with torch.no_grad():
        for part in torch.from_numpy(pictures).split(32):
            x = part.permute(0, 3, 1, 2).float() / 255
            with torch.autocast("cpu", dtype=torch.bfloat16):
                z = encoder(x).float()
            n, d, h, w = z.shape
            tokens = book.nearest(z.permute(0, 2, 3, 1).reshape(-1, d)).view(n, h * w)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                out.append(detokenizer(tokens).float().clamp(0, 1))
    y = torch.cat(out)
    error = F.mse_loss(y, to_floats(pictures), reduction="none").mean((1, 2, 3))
    return float((10 * torch.log10(1 / error.clamp(min=1e-7))).mean()), y


def sheet(path, pictures, reconstructions):
    """Writes originals above reconstructions, eight in a row."""
    y = (reconstructions * 255).round().byte().permute(0, 2, 3, 1).numpy()
    rows = []
    for i in range(0, len(pictures), 8):
        rows += [np.hstack(pictures[i : i + 8]), np.hstack(y[i : i + 8])]
    Image.fromarray(np.vstack(rows)).save(path)


def is_matrix(name, p):
    """Which parameters learn by Muon: all convolutions but the last."""
    return p.ndim == 4 and "conv_out" not in name


def vectors(encoder, pictures):
    """What the encoder says of pictures: [n · 256, embed_dim]."""
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        parts = [encoder(to_floats(part)).float() for part in np.array_split(pictures, max(1, len(pictures) // 50))]
    return torch.cat(parts).permute(0, 2, 3, 1).flatten(0, 2)


def train(runs, minutes, scenes=12000, peak=1e-3, seed=1):
    torch.manual_seed(seed)
    runs.mkdir(parents=True, exist_ok=True)
    pictures = drawn_scenes(runs / "vqgan-scenes.npy", scenes, seed=1)
    held_out = drawn_scenes(runs / "vqgan-held-out.npy", 256, seed=2, held_out=True)
    encoder, detokenizer = Encoder(), Detokenizer()
    encoder.to(memory_format=torch.channels_last)
    detokenizer.to(memory_format=torch.channels_last)
    book = Codebook(detokenizer.embedding)
    parameters = [p for m in (encoder, detokenizer) for p in m.parameters() if p.requires_grad]
    named = [*encoder.named_parameters(), *detokenizer.named_parameters()]
    optimisers = optimisers_of(named, is_matrix, peak, betas=(0.9, 0.99))
    step, spent = 0, 0.0
    checkpoint = runs / "vqgan.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint)
        encoder.load_state_dict(state["encoder"])
        detokenizer.load_state_dict(state["detokenizer"])
        book.load_state_dict(state["book"])
        for optimiser, saved in zip(optimisers, state["optimisers"]):
            optimiser.load_state_dict(saved)
        step, spent = state["step"], state["spent"]
    print(f"decoder {sum(p.numel() for p in detokenizer.parameters()) / 1e6:.2f}M parameters", flush=True)
    rng = np.random.default_rng(seed + step)
    limit, last_save, started = minutes * 60, time.time(), time.time() - spent
    revive_until = 0.7
    while (spent := time.time() - started) < limit:
        part = spent / limit
        for group in (group for optimiser in optimisers for group in optimiser.param_groups):
            group["lr"] = peak * min(1, (step + 1) / 100) * max(0.02, min(1, 1.6 * (1 - part)))
        batch = pictures[np.sort(rng.integers(0, len(pictures), BATCH))]
        x = to_floats(batch)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            z = encoder(x)
        z = z.float()
        n, d, h, w = z.shape
        flat = z.permute(0, 2, 3, 1).reshape(-1, d)
        if step == PLAIN_STEPS:
            book.start(vectors(encoder, pictures[:600]))
        with torch.no_grad():
            chosen = book.nearest(flat)
            quantised = book.weight[chosen]
            distances = (flat - quantised).pow(2).sum(1)
        if step < PLAIN_STEPS:
            commitment, through = torch.zeros(()), z
        else:
            commitment = F.mse_loss(flat, quantised)
            through = (flat + (quantised - flat).detach()).view(n, h, w, d).permute(0, 3, 1, 2)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            y = detokenizer.decode(through)
        y = y.float()
        loss = reconstruction_loss(y, x)
        for p in parameters:
            p.grad = None
        (loss + 0.25 * commitment).backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        for optimiser in optimisers:
            optimiser.step()
        revived = 0
        if step >= PLAIN_STEPS:
            book.update(flat.detach(), chosen)
            if part < revive_until and step % 10 == 0:
                revived = book.revive(flat.detach(), distances)
        step += 1
        if step % 50 == 0:
            decibel = float(10 * torch.log10(1 / F.mse_loss(y.detach().clamp(0, 1), x)))
            print(
                f"step {step} {spent:.0f}s loss {loss.item():.4f} commit {commitment.item():.4f} {decibel:.1f} dB "
                f"codes {chosen.unique().numel()} revived {revived}",
                flush=True,
            )
        if time.time() - last_save > 120 or spent + 2 > limit:
            last_save = time.time()
            state = {
                "encoder": encoder.state_dict(), "detokenizer": detokenizer.state_dict(), "book": book.state_dict(),
                "optimisers": [optimiser.state_dict() for optimiser in optimisers], "step": step, "spent": spent, "config": CONFIG,
            }
            torch.save(state, runs / "vqgan.new")
            (runs / "vqgan.new").replace(checkpoint)
            decibel, y = psnr(encoder, detokenizer, book, held_out[:64])
            sheet(runs / "vqgan.png", held_out[:32], y[:32])
            print(f"step {step} {spent:.0f}s held out {decibel:.2f} dB", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, default=Path(__file__).parent / "runs")
    parser.add_argument("--minutes", type=float, default=25)
    arguments = parser.parse_args()
    torch.set_num_threads(2)
    train(arguments.runs, arguments.minutes)
