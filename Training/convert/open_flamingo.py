"""Turns a published OpenFlamingo into a folder that the engine `neural` of kind vision runs.

usage: open_flamingo.py OUT --flamingo checkpoint.pt --language FOLDER --vision FOLDER [--every N] [--numbers f16|bf16|f32]

--flamingo  the authors' checkpoint.pt: perceiver and gated cross-attention (openflamingo/… on the Hugging Face hub)
--language  the language model it was trained on, as the hub has it, with its tokenizer (tokenizer.json): LLaMA, MPT, or GPT-NeoX
            (RedPajama-INCITE)
--vision    CLIP ViT-L/14 as transformers has it (openai/clip-vit-large-patch14)
--every     a gated layer before every so-manieth layer: 4 for 9B, 2 for 4B, 1 for 3B
--numbers   what weights are stored as

needs: torch, transformers, safetensors. No code of a checkpoint's own is run.
"""
import argparse
import json
import pathlib
import re
import types

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoConfig, AutoTokenizer, CLIPVisionModel

MEDIA, CHUNK, PAD = "<image>", "<|endofchunk|>", "<PAD>"
VISION = ("image_size", "patch_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "hidden_act",
          "layer_norm_eps")
LLAMA = ("vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads",
         "max_position_embeddings", "rms_norm_eps", "eos_token_id")
NUMBERS = {"f16": torch.float16, "bf16": torch.bfloat16, "f32": torch.float32}
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
        elif re.search(r"(embed_tokens|\.wte|embed_in)\.weight$", name):
            embeddings = tensor
    if not kept:
        raise SystemExit(f"{path}: has neither a perceiver nor gated layers; is it an OpenFlamingo checkpoint?")
    return kept, embeddings


def language_settings(config, state):
    """The part `text` of config.json: what Troupe needs to know of a language model of the hub.

    `config` is as transformers has it; `state` its tensors by the hub's names below "lang_encoder.".
    """
    get = lambda *names: next((getattr(config, name) for name in names if getattr(config, name, None) is not None), None)
    if config.model_type == "llama":
        theta = get("rope_theta") or (get("rope_parameters") or {}).get("rope_theta", 10000)
        return {"model_type": "llama", "tie_word_embeddings": False, "rope_theta": theta} | {key: getattr(config, key) for key in LLAMA}
    common = {"model_type": "mpt", "vocab_size": config.vocab_size, "eos_token_id": get("eos_token_id")}
    if config.model_type == "gpt_neox":
        rotary = get("rope_parameters") or {}
        share = get("rotary_pct") or rotary.get("partial_rotary_factor", 1)
        if get("use_parallel_residual") or share != 1 or config.hidden_act != "gelu":
            raise SystemExit("this GPT-NeoX has parallel residuals, partly rotary positions or no gelu; only RedPajama's form is run")
        return common | {
            "d_model": config.hidden_size, "n_layers": config.num_hidden_layers, "n_heads": config.num_attention_heads,
            "hidden_size": config.intermediate_size, "max_seq_len": config.max_position_embeddings, "positions": "rotary",
            "rope_theta": get("rotary_emb_base") or rotary.get("rope_theta", 10000), "bias": True, "tie_word_embeddings": False}
    if config.model_type in ("mpt", "mosaic_gpt"):
        # The early form has these beside the others, the later one in attn_config.
        inner = get("attn_config") or {}
        inner = inner if isinstance(inner, dict) else inner.to_dict()
        attention = lambda name: get(f"attn_{name}", name) if get(f"attn_{name}", name) is not None else inner.get(name)
        if not attention("alibi") or not get("no_bias") or attention("softmax_scale") is not None:
            raise SystemExit("this MPT has no alibi, or biases, or a scale of its own; such a one is not run")
        return common | {
            "d_model": config.d_model, "n_layers": config.n_layers, "n_heads": config.n_heads,
            "hidden_size": config.d_model * (get("expansion_ratio", "mlp_ratio") or 4), "max_seq_len": config.max_seq_len,
            "positions": "alibi", "alibi_bias_max": attention("alibi_bias_max") or 8, "clip_qkv": attention("clip_qkv") or None,
            "qk_ln": any(".q_ln." in name for name in state), "bias": False, "tie_word_embeddings": True}
    raise SystemExit(f"a language model of the kind {config.model_type} is not run; LLaMA, MPT and GPT-NeoX are")


# The early MPT's and GPT-NeoX's names, and those of MPT.
RENAMED = [(r"\.ln_([12])\.", r".norm_\1."), (r"\.mlp\.mlp_(up|down)\.", r".ffn.\1_proj."), (r"transformer\.ln_f\.", "transformer.norm_f.")]
RENAMED_NEOX = [
    (r"gpt_neox\.embed_in\.", "transformer.wte."), (r"gpt_neox\.layers\.", "transformer.blocks."),
    (r"gpt_neox\.final_layer_norm\.", "transformer.norm_f."), (r"\.input_layernorm\.", ".norm_1."),
    (r"\.post_attention_layernorm\.", ".norm_2."), (r"\.attention\.query_key_value\.", ".attn.Wqkv."),
    (r"\.attention\.dense\.", ".attn.out_proj."), (r"\.mlp\.dense_h_to_4h\.", ".ffn.up_proj."),
    (r"\.mlp\.dense_4h_to_h\.", ".ffn.down_proj."), (r"embed_out\.", "lm_head.")]


def language_tensors(config, state):
    """The tensors by the names that Troupe reads; others than the language model's keep theirs."""
    if config.model_type == "llama":
        return state
    result = {}
    for name, tensor in state.items():
        if not name.startswith("lang_encoder.") or ".gated_cross_attn_layers." in name:
            result[name] = tensor
            continue
        if re.search(r"\.(masked_bias|rotary_emb\.\w+|attention\.bias)$", name):
            continue
        if name.endswith("lm_head.weight") and config.model_type != "gpt_neox":
            continue  # the embedding again
        for pattern, ours in RENAMED_NEOX if config.model_type == "gpt_neox" else RENAMED:
            name = re.sub(pattern, ours, name)
        if config.model_type == "gpt_neox" and ".attn.Wqkv." in name:
            # Head by head its query, key and value → all queries, all keys, all values.
            heads = config.num_attention_heads
            tensor = tensor.reshape(heads, 3, -1, *tensor.shape[1:]).transpose(0, 1).reshape(tensor.shape)
        result[name] = tensor.contiguous()
    return result


def grown(rows, size):
    """An embedding with room for the new tokens: the mean of the others, where nobody trained them."""
    if rows.shape[0] >= size:
        return rows[:size]
    return torch.cat([rows, rows.float().mean(0, keepdim=True).to(rows.dtype).expand(size - rows.shape[0], -1)])


def language_model(folder):
    """Its configuration and its tensors by their names on the hub. Reads files only: MPT's folders bring code of their own, which is not
    run."""
    settings = json.loads((folder / "config.json").read_text())
    config = types.SimpleNamespace(**settings)
    files = sorted(folder.glob("*.safetensors")) or sorted(folder.glob("pytorch_model*.bin"))
    if not files:
        raise SystemExit(f"{folder}: has neither *.safetensors nor pytorch_model*.bin")
    state = {}
    for file in files:
        state |= load_file(file) if file.suffix == ".safetensors" else torch.load(file, map_location="cpu", weights_only=True)
    if config.model_type in ("llama", "gpt_neox"):
        config = AutoConfig.for_model(**settings)
    return config, state


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
    parser.add_argument("--numbers", choices=tuple(NUMBERS), default="f16")
    parser.add_argument("--head-size", type=int, default=64, help="of the perceiver and the gated layers; all published ones have 64")
    options = parser.parse_args()
    kind = NUMBERS[options.numbers]

    tokenizer = AutoTokenizer.from_pretrained(options.language)
    # In this order, as the authors add them.
    tokenizer.add_special_tokens({"additional_special_tokens": [CHUNK, MEDIA]})
    if tokenizer.pad_token is None:
        tokenizer.add_special_tokens({"pad_token": PAD})
    kept, embeddings = flamingo_tensors(options.flamingo)
    config, language = language_model(options.language)
    vision = CLIPVisionModel.from_pretrained(options.vision, dtype=kind)

    state = {name if name.startswith("vision_model.") else f"vision_model.{name}": tensor for name, tensor in vision.state_dict().items()}
    state = {name: tensor for name, tensor in state.items() if "position_ids" not in name and "post_layernorm" not in name}
    state |= kept
    size = len(tokenizer)
    for name, tensor in language.items():
        if "inv_freq" not in name:
            state[f"lang_encoder.{name}"] = tensor
    text = language_settings(config, state)
    state = language_tensors(config, state)
    embedding = "lang_encoder.model.embed_tokens.weight" if config.model_type == "llama" else "lang_encoder.transformer.wte.weight"
    if embeddings is not None:
        state[embedding] = embeddings
    for name in (embedding, "lang_encoder.lm_head.weight"):
        if name in state:
            state[name] = grown(state[name], size)
    state = {name: tensor.to(kind).contiguous().clone() for name, tensor in state.items()}

    text_layers = text.get("num_hidden_layers") or text["n_layers"]
    attention = "perceiver.layers.{}.0.to_q.weight"
    depth = sum(attention.format(i) in state for i in range(64))
    layers = [i for i in range(text_layers) if f"lang_encoder.gated_cross_attn_layers.{i}.attn_gate" in state]
    if layers != [i for i in range(text_layers) if (i + 1) % options.every == 0]:
        raise SystemExit(f"the gated layers are {layers}, which are not every {options.every}th of {text_layers}: see --every")
    heads = lambda weight: {"heads": weight.shape[0] // options.head_size, "head_size": options.head_size}
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "config.json").write_text(json.dumps({
        "model_type": "flamingo",
        "vision": {"model_type": "clip_vision_model"} | {key: getattr(vision.config, key) for key in VISION},
        "resampler": {"layers": depth, "latents": state["perceiver.latents"].shape[0], "feed_forward": 4} | heads(state[attention.format(0)]),
        "cross_attention": {"every": options.every} | heads(state[f"lang_encoder.gated_cross_attn_layers.{layers[0]}.attn.to_q.weight"]),
        "media_token": tokenizer.convert_tokens_to_ids(MEDIA), "end_of_chunk_token": tokenizer.convert_tokens_to_ids(CHUNK),
        "text": text | {"vocab_size": size},
    }, indent=1) + "\n")
    save(state, options.out)
    tokenizer.save_pretrained(options.out)
    for extra in ("special_tokens_map.json", "generation_config.json"):
        (options.out / extra).unlink(missing_ok=True)
    print(f"{options.out}: {len(state)} tensors, {size} tokens")


if __name__ == "__main__":
    main()
