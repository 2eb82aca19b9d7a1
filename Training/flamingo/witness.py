"""Writes Tests/ModelProvidersTests/PocketScenes.swift: held-out scenes as PNG, and what the shipped pocket Flamingo says of them in PyTorch."""

import base64
import io
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from evaluate import loaded, written
from scenes import scenes
from sentences import caption

ROOT = Path(__file__).parents[2]
OPENING = "<image>An image of"


def main():
    torch.set_num_threads(1)
    model, words = loaded(ROOT / "Sources/PocketModels/Weights/flamingo")
    pictures, known = scenes("witness", 12, held_out=True)
    files = [Image.fromarray(picture).quantize(32) for picture in pictures]
    pictures = np.stack([np.asarray(file.convert("RGB")) for file in files])
    said = written(model, words, [OPENING] * len(known), list(model.look(torch.from_numpy(pictures))[:, None]))
    lines = ["// Written by Training/flamingo/witness.py: scenes that no training has seen, what is true of them, and what PyTorch makes of the",
             "// shipped weights.", "enum PocketScenes {", "    static let all: [(png: String, truth: String, said: String)] = ["]
    for file, scene, text in zip(files, known, said):
        data = io.BytesIO()
        file.save(data, "PNG", optimize=True)
        encoded = base64.b64encode(data.getvalue()).decode()
        pieces = [encoded[i : i + 110] for i in range(0, len(encoded), 110)]
        whole = "\n                + ".join(f'"{piece}"' for piece in pieces)
        lines += ["        (", f"            png: {whole},", f'            truth: "{caption(scene)}",', f'            said: "{text}"', "        ),"]
    (ROOT / "Tests/ModelProvidersTests/PocketScenes.swift").write_text("\n".join([*lines, "    ]", "}", ""]))


if __name__ == "__main__":
    main()
