"""Turns the published DALL·E mini into a checkpoint folder that `troupe paint --model FOLDER` runs.

usage: dalle_mini.py OUT --dalle FOLDER --vqgan FOLDER [--size mini|mega] [--numbers f16|f32]

--dalle   a folder with config.json, flax_model.msgpack, vocab.json, merges.txt (the authors' files: dalle-mini/dalle-mini or
          dalle-mini/dalle-mega on the Hugging Face hub), or with encoder.pt, decoder.pt, vocab.json, merges.txt (min-dalle's)
--vqgan   a folder with flax_model.msgpack and, if it has one, config.json (dalle-mini/vqgan_imagenet_f16_16384), or detoker.pt
--size    only for .pt files, which do not say what they are
--numbers what weights are stored as; f16 halves the file and is what min-dalle publishes

needs: torch, safetensors, and msgpack for the flax files
"""
import argparse
import json
import pathlib
import shutil
import torch
from safetensors.torch import save_file
import contract


def read(folder, *names):
    """The first of the files that is there."""
    for name in names:
        if (folder / name).exists():
            return folder / name
    raise SystemExit(f"{folder}: has none of {', '.join(names)}")


def load_dalle(folder, size):
    path = read(folder, "flax_model.msgpack", "encoder.pt")
    if path.suffix == ".pt":
        state = {f"encoder.{k}": v for k, v in torch.load(path, weights_only=True).items()}
        state |= {f"decoder.{k}": v for k, v in torch.load(read(folder, "decoder.pt"), weights_only=True).items()}
        return (json.loads((folder / "config.json").read_text()) if (folder / "config.json").exists() else contract.published(size)), state
    import flax_files
    return json.loads(read(folder, "config.json").read_text()), flax_files.dalle(path)


def load_vqgan(folder):
    path = read(folder, "flax_model.msgpack", "detoker.pt")
    config = json.loads((folder / "config.json").read_text()) if (folder / "config.json").exists() else {}
    config = contract.PUBLISHED_VQGAN | {k: v for k, v in config.items() if k in contract.PUBLISHED_VQGAN}
    if path.suffix == ".pt":
        return config, {f"vqgan.{k}": v for k, v in torch.load(path, weights_only=True).items()}
    import flax_files
    return config, flax_files.vqgan(path)


def fit(state, config, numbers):
    """Exactly the tensors of the contract. The published model leaves out gains that are always 1."""
    out = {}
    for name, shape in contract.tensors(config).items():
        value = state.get(name)
        if value is None and name.endswith(".weight") and ("_layer_norm." in name or ".ln" in name or "final_ln." in name):
            value = torch.ones(shape)
        if value is None:
            raise SystemExit(f"the tensor {name} {shape} is missing; is this DALL·E mini, and the right --size?")
        if name in ("decoder.lm_head.weight", "decoder.embed_tokens.weight") and value.shape[0] == shape[0] - 1:
            value = torch.cat([value, torch.zeros(1, shape[1], dtype=value.dtype)])  # some versions have no row for the start token
        if tuple(value.shape) != shape:
            raise SystemExit(f"the tensor {name} has the shape {tuple(value.shape)}, expected {shape}")
        out[name] = value.to(numbers).contiguous()
    return out


def convert(out, dalle, vqgan, size="mini", numbers=torch.float16):
    config, state = load_dalle(dalle, size)
    config.setdefault("decoder_start_token_id", config["image_vocab_size"])
    config["vqgan"], more = load_vqgan(vqgan)
    tensors = fit(state | more, config, numbers)
    out.mkdir(parents=True, exist_ok=True)
    save_file(tensors, out / "model.safetensors", metadata={"format": "pt"})
    (out / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (out / "generation_config.json").write_text(json.dumps(dict(condition_scale=10.0, top_k=256, temperature=1.0), indent=2) + "\n")
    for name in ("vocab.json", "merges.txt"):
        shutil.copyfile(read(dalle, name), out / name)
    return tensors


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("out", type=pathlib.Path)
    p.add_argument("--dalle", type=pathlib.Path, required=True)
    p.add_argument("--vqgan", type=pathlib.Path, required=True)
    p.add_argument("--size", choices=("mini", "mega"), default="mini")
    p.add_argument("--numbers", choices=("f16", "f32"), default="f16")
    a = p.parse_args()
    written = convert(a.out, a.dalle, a.vqgan, a.size, dict(f16=torch.float16, f32=torch.float32)[a.numbers])
    print(f"{a.out}: {len(written)} tensors, {sum(t.numel() for t in written.values()) / 1e6:.0f}M parameters")
