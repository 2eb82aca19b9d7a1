"""Pictures per second of Neural against PyTorch on the same random checkpoint, in turn, so that both see the same machine.

usage: painter_vs_pytorch.py BENCH [--size pocket|full] [--n 4] [--threads 2] [--rounds 5] [--numbers f32|f16]
                              [--precision stored|8bit] [--folder DIR]
BENCH is the built PainterBench. The peer is min-dalle's public code with its sizes made parameters
(Training/parity/painter_peer.py), run as min-dalle runs it: f32, one token a step, padded cache, sampling included.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "Training/parity"))
p = argparse.ArgumentParser()
p.add_argument("bench")
p.add_argument("--size", choices=("pocket", "full"), default="pocket")
p.add_argument("--n", type=int, default=4)
p.add_argument("--threads", type=int, default=2)
p.add_argument("--rounds", type=int, default=5)
p.add_argument("--numbers", choices=("f32", "f16"), default="f32", help="what the checkpoint stores; both sides compute in f32")
p.add_argument("--precision", choices=("stored", "8bit"), default="stored", help="of Neural's decoder")
p.add_argument("--folder", default=".build/painter-bench")
a = p.parse_args()

import torch
from safetensors.torch import save_file
from make_fixtures import config, vocabulary
from painter_peer import PUBLISHED_VQGAN, Painter, randomise

torch.set_num_threads(a.threads)
SIZES = {
    "pocket": config(
        d_model=192, encoder_layers=2, decoder_layers=6, encoder_attention_heads=4, decoder_attention_heads=4, encoder_ffn_dim=384,
        decoder_ffn_dim=384, image_vocab_size=1024, image_length=256, max_text_length=32, decoder_start_token_id=1024,
        vqgan=dict(ch=32, ch_mult=[1, 1, 2, 4], num_res_blocks=0, attn_resolutions=[16], resolution=128, z_channels=64, embed_dim=64,
                   n_embed=1024, out_ch=3, resamp_with_conv=True, norm_groups=8)),
    "full": config(
        d_model=1024, encoder_layers=12, decoder_layers=12, encoder_attention_heads=16, decoder_attention_heads=16,
        encoder_ffn_dim=2730, decoder_ffn_dim=2730, image_vocab_size=16384, image_length=256, max_text_length=64,
        decoder_start_token_id=16384, vqgan=PUBLISHED_VQGAN),
}
PROMPT = [0] + [5, 6, 7, 8, 9, 10, 11, 12] + [2]


def checkpoint(c):
    vocab, merges = vocabulary()
    c["encoder_vocab_size"] = 50264 if a.size == "full" else 512
    model = randomise(Painter(c), 1)
    folder = pathlib.Path(a.folder) / a.size
    folder.mkdir(parents=True, exist_ok=True)
    state = model.state_dict()
    if a.numbers == "f16":
        state = {k: v.half() for k, v in state.items()}
        model.load_state_dict({k: v.float() for k, v in state.items()})
    save_file({k: v.contiguous() for k, v in state.items()}, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(c))
    (folder / "generation_config.json").write_text(json.dumps(dict(condition_scale=10, top_k=256, temperature=1)))
    (folder / "vocab.json").write_text(json.dumps(vocab))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{x} {y}\n" for x, y in merges))
    return model, folder


def draw(logits, top_k=256):
    """min-dalle's sampling, without guidance, which `steps` has done."""
    ordered, _ = logits.sort(descending=True)
    kept = logits >= ordered[:, [top_k - 1]]
    return torch.multinomial((logits - ordered[:, [0]]).exp() * kept, 1)[:, 0]


@torch.no_grad()
def pytorch(model):
    start = time.perf_counter()
    tokens = torch.stack([t for _, t in model.steps(PROMPT, a.n, 10.0, draw)], dim=1)
    middle = time.perf_counter()
    pixels = (model.vqgan(tokens).clip(0, 1) * 255).to(torch.uint8)
    end = time.perf_counter()
    assert pixels.shape[0] == a.n
    return dict(seconds=end - start, tokens_seconds=middle - start, pixels_seconds=end - middle)


def neural(folder):
    out = subprocess.run([a.bench, str(folder), str(a.n), str(a.threads), "2", a.precision], capture_output=True, text=True, check=True).stdout
    return json.loads(out.splitlines()[-1])  # the second round: both sides are warm


model, folder = checkpoint(SIZES[a.size])
parameters = sum(x.numel() for x in model.parameters()) / 1e6
print(f"{a.size}: {parameters:.1f}M parameters stored as {a.numbers}, Neural's decoder {a.precision}, n={a.n}, {a.threads} threads, {a.rounds} rounds in turn, load {os.getloadavg()[0]:.1f}")
if a.size == "pocket":
    pytorch(model)
pairs = []
for _ in range(a.rounds):
    pairs.append((neural(folder), pytorch(model)))
    print("  neural  " + "  ".join(f"{k} {v:.2f}" for k, v in sorted(pairs[-1][0].items())))
    print("  pytorch " + "  ".join(f"{k} {v:.2f}" for k, v in sorted(pairs[-1][1].items())), flush=True)
for key in ("seconds", "tokens_seconds", "pixels_seconds"):
    ours, theirs = (statistics.median(x[side][key] for x in pairs) for side in (0, 1))
    ratio = statistics.median(t[key] / o[key] for o, t in pairs)
    print(f"{key:15} neural {ours:7.2f}  pytorch {theirs:7.2f}  ratio of the rounds, median {ratio:.2f}")
ours = statistics.median(a.n / o["seconds"] for o, _ in pairs)
theirs = statistics.median(a.n / t["seconds"] for _, t in pairs)
print(f"pictures per second: neural {ours:.2f}, pytorch {theirs:.2f}")
