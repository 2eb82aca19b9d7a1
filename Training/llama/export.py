"""Writes the pocket Llama's checkpoint as `transformers` reads it: config.json, model.safetensors (bf16), tokenizer.json and
tokenizer_config.json with the chat template."""

import argparse
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file

import chat_tokens
from model import CONFIG


def export(runs, folder):
    folder.mkdir(parents=True, exist_ok=True)
    weights = torch.load(runs / "state.pt")["model"]
    tensors = {name: tensor.to(torch.bfloat16).contiguous() for name, tensor in weights.items()}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt", "licence": "Apache-2.0"})
    (folder / "config.json").write_text(json.dumps(CONFIG, indent=2) + "\n")
    (folder / "generation_config.json").write_text(json.dumps({"do_sample": False, "eos_token_id": CONFIG["eos_token_id"]}, indent=2) + "\n")
    (folder / "tokenizer_config.json").write_text(chat_tokens.settings(CONFIG["max_position_embeddings"]))
    shutil.copyfile(runs / "tokenizer.json", folder / "tokenizer.json")
    return (folder / "model.safetensors").stat().st_size


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=Path, default=Path(__file__).parent / "runs")
    arguments = parser.parse_args()
    print(f"{export(arguments.runs, arguments.folder) / 1e6:.2f} MB")
