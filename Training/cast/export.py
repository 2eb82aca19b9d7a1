"""Writes the base's checkpoint as `transformers` and Troupe read it: config.json, model.safetensors (float16), vocab.json, merges.txt."""

import argparse
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file

from model import CONFIG


def export(runs, folder):
    folder.mkdir(parents=True, exist_ok=True)
    weights = torch.load(runs / "state.pt")["model"]
    tensors = {f"transformer.{name}": tensor.to(torch.float16).contiguous() for name, tensor in weights.items()}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt", "licence": "Apache-2.0"})
    (folder / "config.json").write_text(json.dumps(CONFIG, indent=2) + "\n")
    for name in ("vocab.json", "merges.txt"):
        shutil.copyfile(runs / name, folder / name)
    return sum(path.stat().st_size for path in folder.iterdir() if path.suffix != ".md")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=Path, default=Path(__file__).parent / "runs")
    arguments = parser.parse_args()
    print(f"{export(arguments.runs, arguments.folder) / 1e6:.2f} MB with its export")
