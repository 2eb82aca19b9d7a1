"""Writes the painter's checkpoint: config.json, generation_config.json, model.safetensors (f16), vocabulary and words."""

import argparse
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file

from bart import CONFIG as BART
from captions import known_words
from vqgan import CONFIG as VQGAN

GENERATION = {"condition_scale": 1.25, "top_k": 32, "temperature": 0.6, "do_sample": True}


def write_json(path, content):
    path.write_text(json.dumps(content, indent=2) + "\n")


def export(runs, folder):
    """Exports the running mean of the transformer and the VQGAN's decoder, polished if it was."""
    folder.mkdir(parents=True, exist_ok=True)
    bart = torch.load(runs / "bart.pt")["mean"]
    polished = runs / "polished.pt"
    vqgan = torch.load(polished if polished.exists() else runs / "vqgan.pt")["detokenizer"]
    tensors = bart | {f"vqgan.{name}": tensor for name, tensor in vqgan.items()}
    tensors = {name: tensor.to(torch.float16).contiguous() for name, tensor in tensors.items()}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt", "licence": "Apache-2.0"})
    write_json(folder / "config.json", BART | {"pocket": True, "vqgan": VQGAN})
    write_json(folder / "generation_config.json", GENERATION)
    write_json(folder / "words.json", known_words())
    for name in ("vocab.json", "merges.txt"):
        shutil.copyfile(runs / name, folder / name)
    return (folder / "model.safetensors").stat().st_size


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=Path, default=Path(__file__).parent / "runs")
    arguments = parser.parse_args()
    print(f"{export(arguments.runs, arguments.folder) / 1e6:.2f} MB")
