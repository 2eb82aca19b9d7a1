"""Draws many scenes once, with a few processes, and keeps them in a file."""

import random
from multiprocessing import Pool

import numpy as np

from draw import draw
from world import PIXELS, random_scene

CHUNK = 250


def _draw_chunk(job):
    """Pictures uint8 [CHUNK, 128, 128, 3] of one seed."""
    seed, held_out = job
    rng = random.Random(seed)
    return np.stack([draw(random_scene(rng, held_out), rng) for _ in range(CHUNK)])


def drawn_scenes(path, count, seed, held_out=False, processes=2):
    """At least `count` pictures uint8 [n, 128, 128, 3], read from the file or drawn into it."""
    if path.exists():
        return np.load(path, mmap_mode="r")
    chunks = -(-count // CHUNK)
    pictures = np.lib.format.open_memmap(path, "w+", np.uint8, (chunks * CHUNK, PIXELS, PIXELS, 3))
    jobs = [(f"{seed}-{i}", held_out) for i in range(chunks)]
    with Pool(processes) as pool:
        for i, chunk in enumerate(pool.imap(_draw_chunk, jobs)):
            pictures[i * CHUNK : (i + 1) * CHUNK] = chunk
    pictures.flush()
    return pictures
