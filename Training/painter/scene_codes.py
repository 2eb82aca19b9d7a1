"""Draws the training scenes and turns them into image tokens, shard by shard, while the transformer already trains.

A shard is a file of SHARD scenes: the descriptions (captions are phrased anew each time) and the tokens int16 [SHARD, 256].
"""

import argparse
import pickle
import random
from pathlib import Path

import numpy as np
import torch

from draw import draw
from train_vqgan import to_floats
from vqgan import Codebook, Detokenizer, Encoder
from world import random_scene

SHARD = 2000


def load_vqgan(runs):
    """The trained encoder, detokenizer and codebook."""
    state = torch.load(runs / "vqgan.pt")
    encoder, detokenizer = Encoder(), Detokenizer()
    encoder.load_state_dict(state["encoder"])
    detokenizer.load_state_dict(state["detokenizer"])
    encoder.to(memory_format=torch.channels_last).eval()
    detokenizer.to(memory_format=torch.channels_last).eval()
    return encoder, detokenizer, Codebook(detokenizer.embedding)


@torch.no_grad()
def tokens_of(encoder, book, pictures):
    """uint8 [n, 128, 128, 3] → int16 [n, 256]."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        z = encoder(to_floats(pictures)).float()
    n, d, h, w = z.shape
    return book.nearest(z.permute(0, 2, 3, 1).reshape(-1, d)).view(n, h * w).to(torch.int16).numpy()


def make_shards(runs, count, held_out=False):
    """Writes the shards that are missing."""
    encoder, _, book = load_vqgan(runs)
    folder = runs / ("codes-held-out" if held_out else "codes")
    folder.mkdir(exist_ok=True)
    for i in range(count):
        path = folder / f"{i:03}.pickle"
        if path.exists():
            continue
        rng = random.Random(f"codes {held_out} {i}")
        scenes = [random_scene(rng, held_out) for _ in range(SHARD)]
        tokens = []
        for at in range(0, SHARD, 50):
            tokens.append(tokens_of(encoder, book, np.stack([draw(scene, rng) for scene in scenes[at : at + 50]])))
        temporary = path.with_suffix(".new")
        temporary.write_bytes(pickle.dumps((scenes, np.concatenate(tokens))))
        temporary.replace(path)


def load_shards(runs, held_out=False):
    """All scenes and tokens that are ready: ([Scene], int16 [n, 256])."""
    folder = runs / ("codes-held-out" if held_out else "codes")
    shards = [pickle.loads(path.read_bytes()) for path in sorted(folder.glob("*.pickle"))]
    return [scene for scenes, _ in shards for scene in scenes], np.concatenate([tokens for _, tokens in shards])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, default=Path(__file__).parent / "runs")
    parser.add_argument("--shards", type=int, default=40)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    make_shards(arguments.runs, 1, held_out=True)
    make_shards(arguments.runs, arguments.shards)
