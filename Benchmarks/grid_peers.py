"""Draws nine pictures of 1024×1024, then lays them out as one grid with Pillow and with libvips' own Python binding.

usage: grid_peers.py FOLDER [ROUNDS]

The same work as GridBench, but for the numbers in the corners: decode nine PNG files, shrink each to its cell of a grid at most 2,048
pixels wide with transparent gaps, encode one PNG. Both peers use their best resampling and PNG compression 6, as Troupe does.
"""
import io
import json
import random
import sys
import time
from pathlib import Path

import pyvips
from PIL import Image, ImageDraw, ImageFilter

side, cell, gap = 1024, 680, 4
folder = Path(sys.argv[1])
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5


def drawn(number):
    """Something between a photograph and a drawing: soft shapes with a little noise."""
    chance = random.Random(number)
    picture = Image.new("RGB", (side, side), tuple(chance.randrange(256) for _ in range(3)))
    draw = ImageDraw.Draw(picture)
    for _ in range(60):
        x, y, r = chance.randrange(side), chance.randrange(side), chance.randrange(20, 200)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=tuple(chance.randrange(256) for _ in range(3)))
    noise = Image.frombytes("RGB", (side, side), chance.randbytes(3 * side * side))
    return Image.blend(picture.filter(ImageFilter.GaussianBlur(3)), noise, 0.04)


def with_pillow(files):
    start = time.perf_counter()
    pictures = [Image.open(io.BytesIO(data)).convert("RGB") for data in files]
    decoded = time.perf_counter()
    grid = Image.new("RGBA", (3 * cell + 2 * gap, 3 * cell + 2 * gap))
    for index, picture in enumerate(pictures):
        place = (index % 3 * (cell + gap), index // 3 * (cell + gap))
        grid.paste(picture.resize((cell, cell), Image.Resampling.LANCZOS), place)
    laid = time.perf_counter()
    out = io.BytesIO()
    grid.save(out, "PNG", compress_level=6)
    return "pillow", start, decoded, laid, time.perf_counter(), out.tell()


def with_pyvips(files):
    start = time.perf_counter()
    pictures = [pyvips.Image.new_from_buffer(data, "").copy_memory() for data in files]
    decoded = time.perf_counter()
    cells = [picture.resize(cell / side, kernel="lanczos3").bandjoin(255) for picture in pictures]
    grid = pyvips.Image.arrayjoin(cells, across=3, shim=gap, background=[0, 0, 0, 0]).copy_memory()
    laid = time.perf_counter()
    data = grid.pngsave_buffer(compression=6)
    return "pyvips", start, decoded, laid, time.perf_counter(), len(data)


folder.mkdir(parents=True, exist_ok=True)
for number in range(9):
    if not (folder / f"{number}.png").exists():
        drawn(number).save(folder / f"{number}.png")
files = [path.read_bytes() for path in sorted(folder.glob("*.png"))]
for _ in range(rounds):
    for work in (with_pillow, with_pyvips):
        peer, start, decoded, laid, end, size = work(files)
        print(json.dumps({"peer": peer, "seconds": end - start, "decode": decoded - start, "grid": laid - decoded, "encode": end - laid, "bytes": size}))
