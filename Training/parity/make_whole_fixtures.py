"""Writes Tests/NeuralTests/Fixtures/gpt2-whole: how all weights of the GPT-2 of gpt2-folder learn in PyTorch.

usage: make_whole_fixtures.py [OUT]      needs: torch, transformers, peft (by make_adapter_fixtures), safetensors; after make_gpt2_fixtures.py
       make_whole_fixtures.py --check FOLDER   loads FOLDER with transformers: the logits of FOLDER/expected.safetensors?
Run once; the file is committed. expected.safetensors: the texts of make_adapter_fixtures, loss and gradients of the first three, and the
losses of 20 steps.
"""
import torch
from safetensors.torch import save_file
from transformers import GPT2LMHeadModel

from make_adapter_fixtures import FIXTURES, compare, loss, main, texts

STEPS, RATE, CLIP = 20, 1e-3, 1.0


def write(out):
    place = out / "gpt2-whole"
    place.mkdir(parents=True, exist_ok=True)
    model = GPT2LMHeadModel.from_pretrained(FIXTURES / "gpt2-folder", attn_implementation="eager").eval()
    known = texts(model.config.vocab_size)
    expected = {f"tokens_{i}": tokens.float() for i, (tokens, _) in enumerate(known)}
    expected["firsts"] = torch.tensor([first for _, first in known]).float()

    def learn(chosen):
        count = sum(len(tokens) - first for tokens, first in chosen)
        total = sum(loss(model, *text) for text in chosen) / count
        total.backward()
        return total.detach()

    expected["loss"] = learn(known[:3])[None]
    for name, p in model.named_parameters():  # the head is the embedding
        expected[f"gradient.{name.removeprefix('transformer.')}"] = p.grad.clone().contiguous()
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0)
    losses = []
    for step in range(STEPS):
        optimiser.zero_grad()
        losses.append(learn([known[(2 * step + i) % len(known)] for i in range(2)]).item())
        torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        optimiser.step()
    expected["losses"] = torch.tensor(losses)
    save_file(expected, place / "expected.safetensors")
    print([round(x, 3) for x in losses[::5]])


def check(place):
    model = GPT2LMHeadModel.from_pretrained(place, attn_implementation="eager").eval()
    compare(model, place, "transformers")


if __name__ == "__main__":
    main(write, check)
