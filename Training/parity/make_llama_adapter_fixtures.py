"""Writes Tests/NeuralTests/Fixtures/llama-adapter-*: adapters that `peft` saved beside the checkpoints of llama-*, and their gradients.

usage: make_llama_adapter_fixtures.py [OUT]       needs: torch, transformers, peft, safetensors; after make_llama_fixtures.py
       make_llama_adapter_fixtures.py --check FOLDER   loads FOLDER/adapter into llama-llama with peft: the logits of FOLDER/expected.safetensors?
Run once; the files are committed. Each folder is PEFT's own, with expected.safetensors: the logits with the adapter, and loss and gradients
of texts of which only the ends count. The bases differ in what a way back must know: shared heads of keys, biases, a window, norms of
queries and keys, scaled positions.
"""
import json

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM

from make_adapter_fixtures import FIXTURES, compare, loss, main, numbers, texts

EVERY = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
CASES = {
    "llama": dict(r=4, lora_alpha=8, target_modules=EVERY),
    "llama3": dict(r=3, lora_alpha=6, target_modules=EVERY, use_rslora=True),
    "mistral": dict(r=2, lora_alpha=4, target_modules=["k_proj", "o_proj", "down_proj"]),
    "qwen3": dict(r=2, lora_alpha=4, target_modules=["q_proj", "v_proj", "gate_proj"], layers_to_transform=[1]),
}


def load(name):
    return AutoModelForCausalLM.from_pretrained(FIXTURES / f"llama-{name}", attn_implementation="eager", dtype=torch.float32)


def write(out, name, settings):
    place = out / f"llama-adapter-{name}"
    base = load(name)
    torch.manual_seed(3)
    model = get_peft_model(base, LoraConfig(task_type="CAUSAL_LM", **settings)).eval()
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
    total = sum(loss(model, *text) for text in known)
    count = sum(len(tokens) - first for tokens, first in known)
    (total / count).backward()
    for key, p in numbers(model).items():
        expected[f"gradient.{key}"] = p.grad.clone().contiguous()
    expected["loss"] = (total / count).detach()[None]
    save_file(expected, place / "expected.safetensors")
    print(name, expected["loss"].item())


def check(place):
    model = PeftModel.from_pretrained(load("llama"), place / "adapter").float().eval()
    compare(model, place, "peft")


def write_all(out):
    for name, settings in CASES.items():
        write(out, name, settings)


if __name__ == "__main__":
    main(write_all, check)
