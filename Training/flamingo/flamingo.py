"""Flamingo in the public code's arrangement, small: a CLIP vision transformer, a Perceiver resampler, gated cross-attention between the
layers of a LLaMA. Tensors are named as Training/convert/open_flamingo.py writes them."""

import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

sys.path.append(str(Path(__file__).parents[1] / "llama"))
from model import Llama

CHUNK, MEDIA, PAD = 0, 1, 2
SPECIALS = ["<|endofchunk|>", "<image>", "<PAD>"]
CONFIG = {
    "model_type": "flamingo",
    "vision": {"model_type": "clip_vision_model", "image_size": 64, "patch_size": 8, "hidden_size": 128, "num_hidden_layers": 5,
               "num_attention_heads": 4, "intermediate_size": 384, "hidden_act": "gelu", "layer_norm_eps": 1e-5},
    "resampler": {"layers": 2, "latents": 16, "feed_forward": 2, "heads": 4, "head_size": 32},
    "cross_attention": {"every": 2, "heads": 5, "head_size": 32},
    "media_token": MEDIA, "end_of_chunk_token": CHUNK,
    "text": {"model_type": "llama", "hidden_act": "silu", "hidden_size": 160, "intermediate_size": 384, "num_hidden_layers": 5,
             "num_attention_heads": 5, "num_key_value_heads": 5, "max_position_embeddings": 1024, "vocab_size": 640, "rms_norm_eps": 1e-5,
             "rope_theta": 10000.0, "tie_word_embeddings": True, "eos_token_id": CHUNK},
}
MEAN = torch.tensor([0.48145466, 0.4578275, 0.40821073])
DEVIATION = torch.tensor([0.26862954, 0.26130258, 0.27577711])


def heads_of(x, size):
    """[batch][rows][heads * size] → [batch][heads][rows][size]"""
    return x.unflatten(-1, (-1, size)).transpose(1, 2)


def joined(x):
    return x.transpose(1, 2).flatten(2)


class ClipAttention(nn.Module):
    def __init__(self, c):
        super().__init__()
        d = c["hidden_size"]
        self.size = d // c["num_attention_heads"]
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (nn.Linear(d, d) for _ in range(4))

    def forward(self, x):
        q, k, v = (heads_of(part(x), self.size) for part in (self.q_proj, self.k_proj, self.v_proj))
        return self.out_proj(joined(F.scaled_dot_product_attention(q, k, v)))


class ClipLayer(nn.Module):
    def __init__(self, c):
        super().__init__()
        d, h = c["hidden_size"], c["intermediate_size"]
        self.layer_norm1, self.self_attn, self.layer_norm2 = nn.LayerNorm(d), ClipAttention(c), nn.LayerNorm(d)
        self.mlp = nn.ModuleDict({"fc1": nn.Linear(d, h), "fc2": nn.Linear(h, d)})

    def forward(self, x):
        x = x + self.self_attn(self.layer_norm1(x))
        return x + self.mlp["fc2"](F.gelu(self.mlp["fc1"](self.layer_norm2(x))))


def waves(across, width):
    """Where positions begin: [1 + across²][width], sines and cosines of row and column, so that neighbours are alike from the start."""
    rates = 1 / 100 ** (torch.arange(width // 4) / (width // 4))
    angles = torch.arange(across)[:, None] * rates
    line = torch.cat([angles.sin(), angles.cos()], 1)
    both = torch.cat([line.repeat_interleave(across, 0), line.repeat(across, 1)], 1)
    return torch.cat([torch.zeros(1, width), both * 0.7])


class Vision(nn.Module):
    """Pictures [batch][3][side][side] → states of patches [batch][patches][width]."""

    def __init__(self, c):
        super().__init__()
        d, patches = c["hidden_size"], (c["image_size"] // c["patch_size"]) ** 2
        self.embeddings = nn.Module()
        self.embeddings.class_embedding = nn.Parameter(torch.randn(d) * 0.02)
        self.embeddings.patch_embedding = nn.Conv2d(3, d, c["patch_size"], c["patch_size"], bias=False)
        self.embeddings.position_embedding = nn.Embedding(patches + 1, d)
        self.embeddings.position_embedding.weight.data.copy_(waves(c["image_size"] // c["patch_size"], d))
        self.pre_layrnorm = nn.LayerNorm(d)
        self.encoder = nn.ModuleDict({"layers": nn.ModuleList(ClipLayer(c) for _ in range(c["num_hidden_layers"]))})

    def forward(self, pictures):
        x = self.embeddings.patch_embedding(pictures).flatten(2).transpose(1, 2)
        x = torch.cat([self.embeddings.class_embedding.to(x.dtype).expand(len(x), 1, -1), x], 1)
        x = self.pre_layrnorm(x + self.embeddings.position_embedding.weight)
        for layer in self.encoder["layers"]:
            x = layer(x)
        return x[:, 1:]


def feed_forward(width, factor):
    return nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width * factor, bias=False), nn.GELU(), nn.Linear(width * factor, width, bias=False))


class PerceiverAttention(nn.Module):
    def __init__(self, width, heads, size):
        super().__init__()
        self.size = size
        self.norm_media, self.norm_latents = nn.LayerNorm(width), nn.LayerNorm(width)
        self.to_q, self.to_kv = nn.Linear(width, heads * size, bias=False), nn.Linear(width, 2 * heads * size, bias=False)
        self.to_out = nn.Linear(heads * size, width, bias=False)

    def forward(self, media, latents):
        latents = self.norm_latents(latents)
        k, v = (heads_of(x, self.size) for x in self.to_kv(torch.cat([self.norm_media(media), latents], 1)).chunk(2, -1))
        return self.to_out(joined(F.scaled_dot_product_attention(heads_of(self.to_q(latents), self.size), k, v)))


class Perceiver(nn.Module):
    """States of patches → vision tokens [batch][latents][width]."""

    def __init__(self, width, c):
        super().__init__()
        self.latents = nn.Parameter(torch.randn(c["latents"], width))
        self.layers = nn.ModuleList(
            nn.ModuleList([PerceiverAttention(width, c["heads"], c["head_size"]), feed_forward(width, c["feed_forward"])])
            for _ in range(c["layers"]))
        self.norm = nn.LayerNorm(width)

    def forward(self, media):
        x = self.latents.expand(len(media), -1, -1)
        for attention, feed in self.layers:
            x = x + attention(media, x)
            x = x + feed(x)
        return self.norm(x)


class CrossAttention(nn.Module):
    def __init__(self, width, vision, heads, size):
        super().__init__()
        self.size = size
        self.norm = nn.LayerNorm(width)
        self.to_q, self.to_kv = nn.Linear(width, heads * size, bias=False), nn.Linear(vision, 2 * heads * size, bias=False)
        self.to_out = nn.Linear(heads * size, width, bias=False)

    def forward(self, x, tokens, sees):
        k, v = (heads_of(part, self.size) for part in self.to_kv(tokens).chunk(2, -1))
        return self.to_out(joined(F.scaled_dot_product_attention(heads_of(self.to_q(self.norm(x)), self.size), k, v, sees)))


class GatedLayer(nn.Module):
    def __init__(self, c):
        super().__init__()
        width, cross = c["text"]["hidden_size"], c["cross_attention"]
        self.attn = CrossAttention(width, c["vision"]["hidden_size"], cross["heads"], cross["head_size"])
        self.ff = feed_forward(width, c["resampler"]["feed_forward"])
        # Trained from nothing together with all else, so the gates begin half open.
        self.attn_gate, self.ff_gate = nn.Parameter(torch.tensor([0.5])), nn.Parameter(torch.tensor([0.5]))

    def forward(self, x, tokens, sees):
        x = x + self.attn(x, tokens, sees) * self.attn_gate.tanh()
        return x + self.ff(x) * self.ff_gate.tanh()


class Flamingo(nn.Module):
    def __init__(self, config=CONFIG):
        super().__init__()
        self.config = config
        self.vision_model = Vision(config["vision"])
        self.perceiver = Perceiver(config["vision"]["hidden_size"], config["resampler"])
        self.lang_encoder = Llama(config["text"])
        self.every = config["cross_attention"]["every"]
        layers = config["text"]["num_hidden_layers"]
        self.lang_encoder.gated_cross_attn_layers = nn.ModuleList(
            GatedLayer(config) if (i + 1) % self.every == 0 else nn.Identity() for i in range(layers))

    def look(self, pictures):
        """Pictures uint8 [batch][side][side][3] → vision tokens [batch][latents][width]."""
        return self.perceiver(self.vision_model(normalised(pictures.float())))

    def states(self, text, tokens):
        """Last states [batch][time][width] of texts [batch][time] whose n-th mark is tokens[:, n]: [batch][pictures][latents][width]."""
        pictures, latents = tokens.shape[1:3]
        marks = (text == MEDIA).cumsum(1).clamp(max=pictures)
        # Every word sees the picture before it and no other. Texts here begin with one.
        sees = (marks[:, :, None] == torch.arange(1, pictures + 1)).repeat_interleave(latents, 2)[:, None]
        tokens, body = tokens.flatten(1, 2), self.lang_encoder.model
        x = body.embed_tokens(text)
        turn = self.lang_encoder.cos[: text.shape[1]], self.lang_encoder.sin[: text.shape[1]]
        for gate, layer in zip(self.lang_encoder.gated_cross_attn_layers, body.layers):
            if isinstance(gate, GatedLayer):
                x = gate(x, tokens, sees)
            x = layer(x, turn, None)
        return body.norm(x)

    def logits(self, states):
        return self.lang_encoder.logits(states)


def normalised(pictures):
    """Numbers 0…255 [batch][side][side][3] → as CLIP wants them: [batch][3][side][side]."""
    return ((pictures / 255 - MEAN) / DEVIATION).permute(0, 3, 1, 2)
