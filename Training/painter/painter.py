"""Paints prompts with an exported checkpoint, in PyTorch: for evaluation and contact sheets."""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file

from bart import DalleBart
from tokenizer import TextTokenizer
from vqgan import Detokenizer


class Painter:
    """A checkpoint folder, ready to paint."""

    def __init__(self, folder):
        config = json.loads((folder / "config.json").read_text())
        self.defaults = json.loads((folder / "generation_config.json").read_text())
        tensors = {name: tensor.float() for name, tensor in load_file(folder / "model.safetensors").items()}
        self.bart, self.detokenizer = DalleBart(config).eval(), Detokenizer(config["vqgan"]).eval()
        self.bart.load_state_dict({name: t for name, t in tensors.items() if not name.startswith("vqgan.")})
        self.detokenizer.load_state_dict({name[6:]: t for name, t in tensors.items() if name.startswith("vqgan.")})
        self.tokenizer = TextTokenizer(folder)

    @torch.no_grad()
    def paint(self, prompts, seed=0, **overrides):
        """One picture for each prompt: uint8 [n, 128, 128, 3]."""
        settings = {name: self.defaults[name] for name in ("condition_scale", "top_k", "temperature")} | overrides
        generator = torch.Generator().manual_seed(seed)
        rows = torch.tensor([self.tokenizer.row(prompt) for prompt in prompts])
        empty = torch.tensor(self.tokenizer.row(""))
        tokens = self.bart.sample(rows, empty, generator=generator, **settings)
        pictures = self.detokenizer(tokens).clamp(0, 1).permute(0, 2, 3, 1)
        return (pictures * 255).byte().numpy()


def contact_sheet(pictures, columns=8):
    """Stacks uint8 [n, h, w, 3] row by row; n is a multiple of `columns`."""
    return Image.fromarray(np.vstack([np.hstack(pictures[i : i + columns]) for i in range(0, len(pictures), columns)]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("prompts", nargs="+")
    parser.add_argument("--count", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("painted.png"))
    arguments = parser.parse_args()
    asked = [prompt for prompt in arguments.prompts for _ in range(arguments.count)]
    contact_sheet(Painter(arguments.checkpoint).paint(asked, arguments.seed), arguments.count).save(arguments.out)
