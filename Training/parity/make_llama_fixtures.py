"""Writes Tests/NeuralTests/Fixtures/llama-*: small random checkpoints of the LLaMA family and what `transformers` makes of them.

usage: make_llama_fixtures.py [OUT]      needs: torch, transformers, safetensors
Run once; the files are committed. Each folder holds config.json, the weights (in one file, or in two with an index), and
expected.safetensors: the prompts, the logits of every position of both, and the 64 tokens that greedy decoding writes.
"""
import copy
import json
import pathlib
import sys

import torch
from safetensors.torch import save_file
from transformers import (LlamaConfig, LlamaForCausalLM, MistralConfig, MistralForCausalLM, Qwen2Config, Qwen2ForCausalLM, Qwen3Config,
                          Qwen3ForCausalLM)

SIZES = dict(vocab_size=96, hidden_size=32, intermediate_size=44, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
             max_position_embeddings=256, bos_token_id=0, eos_token_id=1, pad_token_id=None, initializer_range=0.2)
NEW = 64


def theta(value=10_000.0, **scaling):
    return {"rope_type": "default", "rope_theta": value} | scaling


MODELS = {
    # name: (class, config, number format of the weights)
    "llama": (LlamaForCausalLM, LlamaConfig(**SIZES, tie_word_embeddings=False, rope_parameters=theta()), torch.float32),
    "llama3": (LlamaForCausalLM, LlamaConfig(**SIZES | dict(num_key_value_heads=1, attention_bias=True, mlp_bias=True), rope_parameters=theta(
        500.0, rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=64)), torch.float16),
    "linear": (LlamaForCausalLM, LlamaConfig(**SIZES, tie_word_embeddings=True, rope_parameters=theta(
        rope_type="linear", factor=4.0)), torch.bfloat16),
    "dynamic": (LlamaForCausalLM, LlamaConfig(**SIZES | dict(max_position_embeddings=24), tie_word_embeddings=True, rope_parameters=theta(
        rope_type="dynamic", factor=2.0)), torch.bfloat16),
    "mistral": (MistralForCausalLM, MistralConfig(**SIZES | dict(head_dim=10), sliding_window=19, rope_parameters=theta(1e6)), torch.float32),
    "qwen2": (Qwen2ForCausalLM, Qwen2Config(**SIZES, tie_word_embeddings=True, use_sliding_window=True, sliding_window=23,
                                            max_window_layers=1, rope_parameters=theta(1e6)), torch.bfloat16),
    "qwen3": (Qwen3ForCausalLM, Qwen3Config(**SIZES | dict(head_dim=18), tie_word_embeddings=True, rope_parameters=theta(
        1e6, rope_type="yarn", factor=4.0, original_max_position_embeddings=32)), torch.float32),
}


def write(folder, make, config, kind, seed=0):
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(sum(folder.name.encode()) + seed)
    config._attn_implementation = "eager"
    model = make(config).eval()
    with torch.no_grad():
        for p in model.parameters():  # norms and biases too, so that none can be forgotten
            p.copy_((p + 0.1 * torch.randn_like(p)).to(kind).float())
    state = {k: v.to(kind).contiguous() for k, v in model.state_dict().items()}
    if config.tie_word_embeddings:
        del state["lm_head.weight"]
    if folder.name == "llama-mistral":  # in two files
        shards = [{k: v for i, (k, v) in enumerate(state.items()) if i % 2 == part} for part in range(2)]
        names = [f"model-{i + 1:05}-of-00002.safetensors" for i in range(2)]
        for name, shard in zip(names, shards):
            save_file(shard, folder / name)
        (folder / "model.safetensors.index.json").write_text(json.dumps(
            {"metadata": {}, "weight_map": {k: name for name, shard in zip(names, shards) for k in shard}}, indent=1))
    else:
        save_file(state, folder / "model.safetensors")
    config.save_pretrained(folder)
    prompts = [torch.randint(2, 96, (1, n)) for n in (7, 33)]
    out = {}
    with torch.no_grad():
        for i, prompt in enumerate(prompts):
            steps = []
            # A fresh copy for each: dynamic rotary positions remember the longest text.
            step, tokens, cache, part = copy.deepcopy(model), prompt, None, prompt
            for _ in range(NEW):  # never an end
                result = step(part, past_key_values=cache, use_cache=True)
                cache, logits = result.past_key_values, result.logits[:, -1]
                logits[..., 1] = -1e9
                part = logits.argmax(-1, keepdim=True)
                tokens = torch.cat([tokens, part], 1)
                steps.append(logits[0])
            full = copy.deepcopy(model)(tokens, use_cache=False).logits[0]
            best = torch.stack(steps).topk(2).values
            # A tie that float arithmetic could turn would make greedy text a matter of luck.
            if (best[:, 0] - best[:, 1]).min() < 2e-3:
                return write(folder, make, config, kind, seed + 1)
            out[f"prompt_{i}"] = prompt[0].float()
            out[f"written_{i}"] = tokens[0, prompt.shape[1]:].float()
            # Every fourth position keeps the files small.
            out[f"logits_{i}"] = full[:: 4].contiguous()
    save_file(out, folder / "expected.safetensors")
    print(folder.name, sum(f.stat().st_size for f in folder.iterdir()) // 1000, "kB")


if __name__ == "__main__":
    out = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2] / "Tests/NeuralTests/Fixtures")
    torch.set_num_threads(1)
    for name, (make, config, kind) in MODELS.items():
        write(out / f"llama-{name}", make, config, kind)
