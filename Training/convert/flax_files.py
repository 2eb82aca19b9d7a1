"""Reads the two flax_model.msgpack files of the published DALL·E mini into tensors with the names of the contract."""
import re
import msgpack
import numpy
import torch

# numpy knows no bfloat16; its bytes go to PyTorch as they are.
BFLOAT = {"bfloat16": torch.bfloat16, b"bfloat16": torch.bfloat16}


def restore(path):
    """{"a.b.c": tensor} of a flax msgpack file: extension type 1 is an array (shape, dtype, bytes), 3 a single number."""

    def array(data):
        shape, kind, raw = msgpack.unpackb(data, raw=True)
        if kind in BFLOAT:
            return torch.frombuffer(bytearray(raw), dtype=BFLOAT[kind]).reshape(shape)
        return torch.from_numpy(numpy.frombuffer(raw, dtype=kind.decode()).reshape(shape).copy())

    def extension(code, data):
        if code not in (1, 3):
            raise ValueError(f"{path}: unknown msgpack extension {code}")
        return array(data)

    flat = {}

    def flatten(node, prefix):
        if isinstance(node, dict) and "__msgpack_chunked_array__" in node:
            parts = [node["chunks"][str(i)] for i in range(len(node["chunks"]))]
            shape = [int(node["shape"][str(i)]) for i in range(len(node["shape"]))]
            flat[prefix] = torch.cat([p.flatten() for p in parts]).reshape(shape)
        elif isinstance(node, dict):
            for key, value in node.items():
                flatten(value, f"{prefix}.{key}" if prefix else key)
        else:
            flat[prefix] = node

    with open(path, "rb") as f:
        flatten(msgpack.unpackb(f.read(), ext_hook=extension, raw=False, strict_map_key=False), "")
    return flat


# Flax numbers what its authors did not name, in order of use.
NAMES = [
    ("GLU_0.LayerNorm_", "glu.ln"), ("GLU_0.Dense_", "glu.fc"), ("FlaxBartAttention_0", "self_attn"), ("FlaxBartAttention_1", "encoder_attn"),
    ("LayerNorm_0", "pre_self_attn_layer_norm"), ("LayerNorm_1", "self_attn_layer_norm"), ("LayerNorm_2", "pre_encoder_attn_layer_norm"),
    ("LayerNorm_3", "encoder_attn_layer_norm"), (".kernel", ".weight"), (".scale", ".weight"), (".embedding", ".weight"),
]


def dalle(path):
    """Layers come as one stack [layer, ...] (FlaxBartEncoderLayers) or one by one (FlaxBartEncoderLayer_3)."""
    out = {}
    for name, value in restore(path).items():
        kernel = name.endswith(".kernel")
        name = re.sub(r"^(params\.)?(model\.)?", "", name)
        name = re.sub(r"^lm_head", "decoder.lm_head", name)
        for old, new in NAMES:
            name = name.replace(old, new)
        value = value.transpose(-1, -2) if kernel else value
        stacked = re.search(r"layers\.FlaxBart(?:Encoder|Decoder)Layers\.", name)
        if stacked:
            for i, layer in enumerate(value):
                out[name.replace(stacked[0], f"layers.{i}.")] = layer
        else:
            out[re.sub(r"layers\.FlaxBart(?:Encoder|Decoder)Layer_(\d+)\.", r"layers.\1.", name)] = value
    return out


def vqgan(path):
    """The decoder half; convolutions are [height, width, in, out] in flax."""
    out = {}
    for name, value in restore(path).items():
        name = re.sub(r"^params\.", "", name)
        if not name.startswith(("decoder.", "post_quant_conv.", "quantize.embedding.")):
            continue
        if name.endswith(".kernel"):
            value = value.permute(3, 2, 0, 1)
        name = name.replace("quantize.embedding.embedding", "embedding.weight").replace(".kernel", ".weight").replace(".scale", ".weight")
        if ".mid." not in name:  # mid.block_1 keeps its name
            name = re.sub(r"\.(up|block|attn)_(\d+)(?=\.)", r".\1.\2", name)
        out["vqgan." + name] = value
    return out
