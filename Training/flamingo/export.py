"""Writes the pocket Flamingo's checkpoint as the engine `neural` of kind vision reads it: config.json, model.safetensors (f16), tokenizer.json."""

import argparse
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file

from flamingo import CONFIG


def export(runs, folder):
    folder.mkdir(parents=True, exist_ok=True)
    weights = torch.load(runs / "state.pt")["model"]
    tensors = {name: tensor.to(torch.float16).contiguous() for name, tensor in weights.items()}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt", "licence": "Apache-2.0"})
    (folder / "config.json").write_text(json.dumps(CONFIG, indent=1) + "\n")
    shutil.copyfile(runs / "tokenizer.json", folder / "tokenizer.json")
    (folder / "model.safetensors").chmod(0o644)
    return (folder / "model.safetensors").stat().st_size


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=Path, default=Path(__file__).parent / "runs")
    arguments = parser.parse_args()
    print(f"{export(arguments.runs, arguments.folder) / 1e6:.2f} MB")
