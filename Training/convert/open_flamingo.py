"""Turns a published OpenFlamingo on a LLaMA into a folder that the engine `neural` of kind vision runs.

usage: open_flamingo.py OUT --flamingo checkpoint.pt --language FOLDER --vision FOLDER [--every N] [--numbers f16|f32]

--flamingo  the authors' checkpoint: perceiver and gated cross-attention (openflamingo/OpenFlamingo-9B on the Hugging Face hub)
--language  the LLaMA it was trained on, as transformers has it, with its tokenizer (tokenizer.json)
--vision    CLIP ViT-L/14 as transformers has it (openai/clip-vit-large-patch14)
--every     a gated layer before every so-manieth layer (4 in version 1 on LLaMA-7B)
--numbers   what weights are stored as

needs: torch, transformers, safetensors. Other language models (MPT, RedPajama) are not run by Troupe yet, and refused.
"""
import argparse
import json
import pathlib

import torch
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer, CLIPVisionModel

MEDIA, CHUNK, PAD = "<image>", "<|endofchunk|>", "<PAD>"
VISION = ("image_size", "patch_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "hidden_act",
          "layer_norm_eps")
TEXT = ("hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "max_position_embeddings",
        "rms_norm_eps", "eos_token_id")
SHARD = 4 << 30


def flamingo_tensors(path):
    """Perceiver and gated layers, by the names that the public code gives them; and the embeddings, where they were trained too."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    state = state.get("model_state_dict", state)
    state = {name.removeprefix("module."): tensor for name, tensor in state.items()}
    kept, embeddings = {}, None
    for name, tensor in state.items():
        if name.startswith("perceiver.") or name.startswith("lang_encoder.gated_cross_attn_layers."):
            kept[name] = tensor
        elif name.endswith("embed_tokens.weight"):
            embeddings = tensor
    if not kept:
        raise SystemExit(f"{path}: has neither a perceiver nor gated layers; is it an OpenFlamingo checkpoint?")
    return kept, embeddings


def grown(rows, size):
    """An embedding with room for the new tokens: the mean of the others, where nobody trained them."""
    if rows.shape[0] >= size:
        return rows[:size]
    return torch.cat([rows, rows.float().mean(0, keepdim=True).to(rows.dtype).expand(size - rows.shape[0], -1)])


def save(state, out):
    """One file, or several with their index."""
    shards, size = [{}], 0
    for name, tensor in state.items():
        bytes_ = tensor.numel() * tensor.element_size()
        if size + bytes_ > SHARD and shards[-1]:
            shards.append({})
            size = 0
        shards[-1][name] = tensor
        size += bytes_
    if len(shards) == 1:
        return save_file(shards[0], out / "model.safetensors")
    names = [f"model-{i + 1:05}-of-{len(shards):05}.safetensors" for i in range(len(shards))]
    for name, shard in zip(names, shards):
        save_file(shard, out / name)
    index = {"metadata": {}, "weight_map": {k: name for name, shard in zip(names, shards) for k in shard}}
    (out / "model.safetensors.index.json").write_text(json.dumps(index, indent=1))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--flamingo", type=pathlib.Path, required=True)
    parser.add_argument("--language", type=pathlib.Path, required=True)
    parser.add_argument("--vision", type=pathlib.Path, required=True)
    parser.add_argument("--every", type=int, default=4)
    parser.add_argument("--numbers", choices=("f16", "f32"), default="f16")
    options = parser.parse_args()
    kind = torch.float16 if options.numbers == "f16" else torch.float32

    config = AutoConfig.from_pretrained(options.language)
    if config.model_type != "llama":
        raise SystemExit(f"{options.language}: is of the kind {config.model_type}; only LLaMA is run")
    tokenizer = AutoTokenizer.from_pretrained(options.language)
    # In this order, as the authors add them.
    tokenizer.add_special_tokens({"additional_special_tokens": [CHUNK, MEDIA]})
    if tokenizer.pad_token is None:
        tokenizer.add_special_tokens({"pad_token": PAD})
    kept, embeddings = flamingo_tensors(options.flamingo)
    language = AutoModelForCausalLM.from_pretrained(options.language, dtype=kind)
    vision = CLIPVisionModel.from_pretrained(options.vision, dtype=kind)

    state = {name if name.startswith("vision_model.") else f"vision_model.{name}": tensor for name, tensor in vision.state_dict().items()}
    state = {name: tensor for name, tensor in state.items() if "position_ids" not in name and "post_layernorm" not in name}
    state |= kept
    size = len(tokenizer)
    for name, tensor in language.state_dict().items():
        if "inv_freq" not in name:
            state[f"lang_encoder.{name}"] = tensor
    if embeddings is not None:
        state["lang_encoder.model.embed_tokens.weight"] = embeddings
    for name in ("lang_encoder.model.embed_tokens.weight", "lang_encoder.lm_head.weight"):
        state[name] = grown(state[name], size)
    state = {name: tensor.to(kind).contiguous().clone() for name, tensor in state.items()}

    attention = "perceiver.layers.{}.0.to_q.weight"
    depth = sum(attention.format(i) in state for i in range(64))
    layers = [i for i in range(config.num_hidden_layers) if f"lang_encoder.gated_cross_attn_layers.{i}.attn_gate" in state]
    if layers != [i for i in range(config.num_hidden_layers) if (i + 1) % options.every == 0]:
        raise SystemExit(f"the gated layers are {layers}, which are not every {options.every}th of {config.num_hidden_layers}: see --every")
    heads = lambda weight: {"heads": weight.shape[0] // 64, "head_size": 64}
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "config.json").write_text(json.dumps({
        "model_type": "flamingo",
        "vision": {"model_type": "clip_vision_model"} | {key: getattr(vision.config, key) for key in VISION},
        "resampler": {"layers": depth, "latents": state["perceiver.latents"].shape[0], "feed_forward": 4} | heads(state[attention.format(0)]),
        "cross_attention": {"every": options.every} | heads(state[f"lang_encoder.gated_cross_attn_layers.{layers[0]}.attn.to_q.weight"]),
        "media_token": tokenizer.convert_tokens_to_ids(MEDIA), "end_of_chunk_token": tokenizer.convert_tokens_to_ids(CHUNK),
        "text": {"model_type": "llama", "vocab_size": size, "tie_word_embeddings": False} | {key: getattr(config, key) for key in TEXT},
    }, indent=1) + "\n")
    save(state, options.out)
    tokenizer.save_pretrained(options.out)
    for extra in ("special_tokens_map.json", "generation_config.json"):
        (options.out / extra).unlink(missing_ok=True)
    print(f"{options.out}: {len(state)} tensors, {size} tokens")


if __name__ == "__main__":
    main()
