"""Tests of the converter on small fakes of both published formats: the same keys and layouts, random numbers.

usage: python -m unittest test_dalle_mini      needs: torch, safetensors, msgpack, min-dalle (--no-deps), emoji
"""
import json
import pathlib
import re
import sys
import tempfile
import unittest
import msgpack
import numpy
import torch
from safetensors.torch import load_file

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "parity"))
import contract
import dalle_mini
from make_fixtures import config, vocabulary
from painter_peer import PUBLISHED_VQGAN, Painter, randomise

SMALL = config(
    d_model=32, encoder_layers=2, decoder_layers=3, encoder_attention_heads=2, decoder_attention_heads=4, encoder_ffn_dim=20,
    decoder_ffn_dim=24, encoder_vocab_size=50, image_vocab_size=70, image_length=16, max_text_length=8, decoder_start_token_id=70,
    vqgan=dict(ch=32, ch_mult=[1, 2], num_res_blocks=1, attn_resolutions=[4], resolution=8, z_channels=16, embed_dim=12, n_embed=64,
               out_ch=3, resamp_with_conv=True))
# Gains that the published flax model does not have, since a dense layer follows.
WITHOUT_GAIN = re.compile(r"(pre_(self|encoder)_attn_layer_norm|glu\.ln[01]|final_ln)\.weight$")
TO_FLAX = [
    ("glu.ln", "GLU_0.LayerNorm_"), ("glu.fc", "GLU_0.Dense_"), ("pre_self_attn_layer_norm", "LayerNorm_0"),
    ("self_attn_layer_norm", "LayerNorm_1"), ("pre_encoder_attn_layer_norm", "LayerNorm_2"), ("encoder_attn_layer_norm", "LayerNorm_3"),
    ("self_attn", "FlaxBartAttention_0"), ("encoder_attn", "FlaxBartAttention_1"),
]


def model():
    m = randomise(Painter(SMALL), 1)
    with torch.no_grad():
        for name, p in m.named_parameters():
            if WITHOUT_GAIN.search(name) and not name.startswith("vqgan"):
                p.fill_(1)
    return m


def write_msgpack(path, flat, chunk=None):
    def array(data):
        return msgpack.ExtType(1, msgpack.packb((data.shape, data.dtype.name, data.tobytes()), use_bin_type=True))

    def pack(value):
        data = numpy.ascontiguousarray(value.numpy())
        if chunk and data.size > chunk:
            parts = {str(i): array(p) for i, p in enumerate(numpy.array_split(data.ravel(), 3))}
            return {"__msgpack_chunked_array__": True, "shape": {str(i): s for i, s in enumerate(data.shape)}, "chunks": parts}
        return array(data)

    tree = {}
    for name, value in flat.items():
        node = tree
        *path_parts, last = name.split(".")
        for part in path_parts:
            node = node.setdefault(part, {})
        node[last] = pack(value)
    path.write_bytes(msgpack.packb(tree))


def flax_dalle(state, stacked):
    flat, layers = {}, {}
    for name, value in state.items():
        if name.startswith("vqgan") or WITHOUT_GAIN.search(name):
            continue
        kind = "embedding" if "embed_" in name and "norm" not in name else "kernel" if value.dim() == 2 else "scale"
        value = value.T if kind == "kernel" else value
        name = re.sub(r"\.weight$", "." + kind, name)
        name = "lm_head.kernel" if "lm_head" in name else "model." + name
        for old, new in TO_FLAX:
            name = name.replace(old, new)
        side = "Encoder" if ".encoder.layers" in name else "Decoder"
        match = re.search(r"layers\.(\d+)\.", name)
        if match and stacked:
            layers.setdefault(name.replace(match[0], f"layers.FlaxBart{side}Layers."), []).append(value)
        else:
            flat[re.sub(r"layers\.(\d+)\.", rf"layers.FlaxBart{side}Layer_\1.", name)] = value
    return flat | {k: torch.stack(v) for k, v in layers.items()}


def flax_vqgan(state):
    flat = {"encoder.conv_in.kernel": torch.zeros(3, 3, 3, 32), "quant_conv.bias": torch.zeros(12)}
    for name, value in state.items():
        if not name.startswith("vqgan"):
            continue
        name = re.sub(r"\.(up|block|attn)\.(\d+)", r".\1_\2", name.removeprefix("vqgan."))
        if name == "embedding.weight":
            name = "quantize.embedding.embedding"
        elif value.dim() == 4:
            name, value = name.replace(".weight", ".kernel"), value.permute(2, 3, 1, 0)
        else:
            name = name.replace(".weight", ".scale")
        flat[name] = value
    return flat


class Conversion(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name)
        self.addCleanup(self.folder.cleanup)
        self.state = model().state_dict()
        vocab, merges = vocabulary()
        for name in ("dalle", "vqgan"):
            (self.root / name).mkdir()
        (self.root / "dalle/vocab.json").write_text(json.dumps(vocab))
        (self.root / "dalle/merges.txt").write_text("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges))
        (self.root / "dalle/config.json").write_text(json.dumps({k: v for k, v in SMALL.items() if k != "vqgan"}))
        (self.root / "vqgan/config.json").write_text(json.dumps(SMALL["vqgan"] | dict(in_channels=3, double_z=False)))

    def check(self):
        out = self.root / "out"
        dalle_mini.convert(out, self.root / "dalle", self.root / "vqgan", numbers=torch.float32)
        found = load_file(out / "model.safetensors")
        self.assertEqual(sorted(found), sorted(self.state))
        for name, value in self.state.items():
            self.assertTrue(torch.equal(found[name], value), name)
        self.assertEqual(json.loads((out / "config.json").read_text())["vqgan"], SMALL["vqgan"])
        self.assertTrue((out / "vocab.json").exists() and (out / "merges.txt").exists())

    def test_flax_files_with_stacked_layers(self):
        write_msgpack(self.root / "dalle/flax_model.msgpack", flax_dalle(self.state, stacked=True))
        write_msgpack(self.root / "vqgan/flax_model.msgpack", flax_vqgan(self.state))
        self.check()

    def test_flax_files_with_single_layers_and_arrays_in_chunks(self):
        write_msgpack(self.root / "dalle/flax_model.msgpack", flax_dalle(self.state, stacked=False), chunk=1000)
        write_msgpack(self.root / "vqgan/flax_model.msgpack", flax_vqgan(self.state), chunk=1000)
        self.check()

    def test_torch_files(self):
        for side in ("encoder", "decoder"):
            part = {k.removeprefix(side + "."): v for k, v in self.state.items() if k.startswith(side) and not WITHOUT_GAIN.search(k)}
            torch.save(part, self.root / f"dalle/{side}.pt")
        torch.save({k.removeprefix("vqgan."): v for k, v in self.state.items() if k.startswith("vqgan")}, self.root / "vqgan/detoker.pt")
        self.check()

    def test_a_missing_tensor_is_named(self):
        flat = flax_dalle(self.state, stacked=True)
        del flat["model.encoder.embed_tokens.embedding"]
        write_msgpack(self.root / "dalle/flax_model.msgpack", flat)
        write_msgpack(self.root / "vqgan/flax_model.msgpack", flax_vqgan(self.state))
        with self.assertRaisesRegex(SystemExit, "encoder.embed_tokens.weight"):
            self.check()

    def test_the_contract_is_the_public_models_state_at_the_published_size(self):
        c = contract.published("mini") | dict(vqgan=PUBLISHED_VQGAN)
        with torch.device("meta"):
            published = Painter(c)
        self.assertEqual(contract.tensors(c), {k: tuple(v.shape) for k, v in published.state_dict().items()})
        self.assertEqual(contract.PUBLISHED_VQGAN, PUBLISHED_VQGAN)


if __name__ == "__main__":
    unittest.main()
