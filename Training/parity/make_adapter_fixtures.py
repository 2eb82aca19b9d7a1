"""Writes Tests/NeuralTests/Fixtures/gpt2-adapter-*: adapters that `peft` saved beside the GPT-2 of gpt2-folder, and how they learn.

usage: make_adapter_fixtures.py [OUT]       needs: torch, transformers, peft, safetensors; after make_gpt2_fixtures.py
       make_adapter_fixtures.py --check FOLDER   loads FOLDER/adapter into gpt2-folder with peft: the logits of FOLDER/expected.safetensors?
Run once; the files are committed. Each folder is PEFT's own, with expected.safetensors: the logits with the adapter, the gradients of
three texts of which only the ends count, and the losses of 50 steps with their last numbers. gpt2-adapter-half is the first one as peft
saves it in half precision, with its logits alone.
"""
import json
import math
import pathlib
import sys

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import GPT2LMHeadModel

FIXTURES = pathlib.Path(__file__).parents[2] / "Tests/NeuralTests/Fixtures"
CASES = {
    "all": dict(r=4, lora_alpha=8, target_modules=["c_attn", "c_proj", "c_fc"]),
    "stable": dict(r=3, lora_alpha=6, target_modules=["c_attn"], use_rslora=True),
}
STEPS, WARM_UP, RATE, ACCUMULATION, DECAY, CLIP = 50, 5, 4e-3, 2, 0.01, 1.0


def texts(vocabulary):
    """(tokens, the first that counts)"""
    torch.manual_seed(5)
    return [(torch.randint(0, vocabulary, (length,)), first) for length, first in ((9, 1), (17, 6), (4, 2), (23, 12), (12, 1), (6, 5))]


def loss(model, tokens, first):
    logits = model(tokens[None]).logits[0, first - 1:-1]
    return torch.nn.functional.cross_entropy(logits, tokens[first:], reduction="sum")


def rate(step):
    if step < WARM_UP:
        return (step + 1) / WARM_UP
    return 0.5 * (1 + math.cos(math.pi * (step - WARM_UP) / (STEPS - WARM_UP)))


def numbers(model):
    return {name.replace(".default", ""): p for name, p in model.named_parameters() if "lora_" in name}


def write(out, name, settings):
    place = out / f"gpt2-adapter-{name}"
    base = GPT2LMHeadModel.from_pretrained(FIXTURES / "gpt2-folder", attn_implementation="eager")
    torch.manual_seed(3)
    model = get_peft_model(base, LoraConfig(task_type="CAUSAL_LM", fan_in_fan_out=True, **settings)).eval()
    with torch.no_grad():
        for p in numbers(model).values():
            p.copy_(0.3 * torch.randn_like(p))
    model.save_pretrained(place)
    (place / "README.md").unlink()
    config = json.loads((place / "adapter_config.json").read_text())
    config |= {"base_model_name_or_path": None, "target_modules": sorted(config["target_modules"])}
    (place / "adapter_config.json").write_text(json.dumps(config, indent=2, sort_keys=True))

    known = texts(base.config.vocab_size)
    expected = {f"tokens_{i}": tokens.float() for i, (tokens, _) in enumerate(known)}
    expected["firsts"] = torch.tensor([first for _, first in known]).float()
    with torch.no_grad():
        expected["logits"] = model(known[3][0][None]).logits[0].contiguous()
    total = sum(loss(model, *text) for text in known[:3])
    count = sum(len(tokens) - first for tokens, first in known[:3])
    (total / count).backward()
    for key, p in numbers(model).items():
        expected[f"gradient.{key}"] = p.grad.clone().contiguous()
    expected["loss"] = (total / count).detach()[None]

    # Step s learns from the texts 4 s ..< 4 s + 4, in two passes of two.
    optimiser = torch.optim.AdamW(numbers(model).values(), lr=RATE, weight_decay=DECAY)
    losses = []
    for step in range(STEPS):
        chosen = [known[(4 * step + i) % len(known)] for i in range(2 * ACCUMULATION)]
        count = sum(len(tokens) - first for tokens, first in chosen)
        optimiser.zero_grad()
        losses.append(0.0)
        for part in range(ACCUMULATION):
            share = sum(loss(model, *text) for text in chosen[2 * part:2 * part + 2]) / count
            share.backward()
            losses[-1] += share.item()
        torch.nn.utils.clip_grad_norm_(numbers(model).values(), CLIP)
        for group in optimiser.param_groups:
            group["lr"] = RATE * rate(step)
        optimiser.step()
    expected["losses"] = torch.tensor(losses)
    for key, p in numbers(model).items():
        expected[f"learnt.{key}"] = p.detach().clone().contiguous()
    save_file(expected, place / "expected.safetensors")
    print(name, [round(x, 3) for x in losses[::10]], round(losses[-1], 3))


def write_half(out):
    base = GPT2LMHeadModel.from_pretrained(FIXTURES / "gpt2-folder", attn_implementation="eager")
    model = PeftModel.from_pretrained(base, out / "gpt2-adapter-all").half()
    place = out / "gpt2-adapter-half"
    model.save_pretrained(place)
    (place / "README.md").unlink()
    (place / "adapter_config.json").write_text((out / "gpt2-adapter-all/adapter_config.json").read_text())
    base = GPT2LMHeadModel.from_pretrained(FIXTURES / "gpt2-folder", attn_implementation="eager")
    model = PeftModel.from_pretrained(base, place).float().eval()
    tokens = texts(base.config.vocab_size)[3][0]
    with torch.no_grad():
        save_file({"tokens_3": tokens.float(), "logits": model(tokens[None]).logits[0].contiguous()}, place / "expected.safetensors")


def check(place):
    base = GPT2LMHeadModel.from_pretrained(FIXTURES / "gpt2-folder", attn_implementation="eager")
    model = PeftModel.from_pretrained(base, place / "adapter").float().eval()
    compare(model, place, "peft")


def compare(model, place, whose):
    """Whether its logits are those of expected.safetensors there."""
    expected = load_file(place / "expected.safetensors")
    with torch.no_grad():
        logits = model(expected["tokens"].long()[None]).logits[0]
    difference = ((logits - expected["logits"]).abs().max() / expected["logits"].abs().max()).item()
    print(f"the logits of {whose} differ by {difference:.1e}")
    assert difference < 1e-4


def write_all(out):
    for name, settings in CASES.items():
        write(out, name, settings)
    write_half(out)


def main(write, check):
    """- write: takes the folder for all fixtures. - check: takes the folder after `--check`."""
    torch.set_num_threads(1)
    if "--check" in sys.argv:
        check(pathlib.Path(sys.argv[sys.argv.index("--check") + 1]))
    else:
        write(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else FIXTURES)


if __name__ == "__main__":
    main(write_all, check)
