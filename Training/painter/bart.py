"""The word half of the painter: DALL·E mini's BART (normformer layer norms, gated feed-forward, no biases), small.

Names of parameters are those of min-dalle's `DalleBartEncoder` and `DalleBartDecoder`. b = batch, t = text tokens,
n = image tokens, d = width.
"""

import torch
from torch import nn
from torch.nn import functional as F

CONFIG = {
    "activation_function": "gelu",
    "bos_token_id": 0,
    "d_model": 192,
    "decoder_attention_heads": 4,
    "decoder_ffn_dim": 384,
    "decoder_layers": 6,
    "decoder_start_token_id": 1024,
    "encoder_attention_heads": 4,
    "encoder_ffn_dim": 384,
    "encoder_layers": 2,
    "encoder_vocab_size": 512,
    "eos_token_id": 2,
    "image_length": 256,
    "image_vocab_size": 1024,
    "is_encoder_decoder": True,
    "ln_positions": "normformer",
    "ln_type": "layernorm",
    "max_text_length": 32,
    "model_type": "dallebart",
    "normalize_text": False,
    "pad_token_id": 1,
    "scale_embedding": False,
    "tie_word_embeddings": False,
    "use_absolute_position_embeddings": True,
    "use_bias": False,
    "use_cosine_attention": False,
    "use_deepnet_scaling": False,
    "use_final_ln_decoder": True,
    "use_final_ln_encoder": True,
    "use_glu": True,
    "use_head_scale": False,
}


HIDDEN = -1e9


class GLU(nn.Module):
    """z [b, n, d] → [b, n, d]: gelu(fc0) gates fc1."""

    def __init__(self, d, middle):
        super().__init__()
        self.ln0 = nn.LayerNorm(d)
        self.ln1 = nn.LayerNorm(middle)
        self.fc0 = nn.Linear(d, middle, bias=False)
        self.fc1 = nn.Linear(d, middle, bias=False)
        self.fc2 = nn.Linear(middle, d, bias=False)

    def forward(self, z):
        z = self.ln0(z)
        return self.fc2(self.ln1(F.gelu(self.fc0(z)) * self.fc1(z)))


class Attention(nn.Module):
    """queries [b, n, d] over states [b, m, d]; `bias` is added to the scores: large and negative where a key is hidden."""

    def __init__(self, heads, d):
        super().__init__()
        self.heads = heads
        self.k_proj = nn.Linear(d, d, bias=False)
        self.v_proj = nn.Linear(d, d, bias=False)
        self.q_proj = nn.Linear(d, d, bias=False)
        self.out_proj = nn.Linear(d, d, bias=False)

    def split(self, x):
        return x.view(*x.shape[:2], self.heads, -1).transpose(1, 2)

    def forward(self, queries, states, bias):
        """Written out, since on CPUs the backward pass of the fused attention is slower than that of the products."""
        q = self.split(self.q_proj(queries)) * (queries.shape[-1] // self.heads) ** -0.5
        k, v = self.split(self.k_proj(states)), self.split(self.v_proj(states))
        weights = q @ k.transpose(2, 3)
        h = (weights + bias.to(weights.dtype)).softmax(-1) @ v
        return self.out_proj(h.transpose(1, 2).flatten(2))

    def step(self, query, cache, index):
        """Self-attention of one new place: query [b, 1, d]; cache [2, b, heads, n, d/heads] is filled up to index."""
        q = self.split(self.q_proj(query))
        cache[0, :, :, index] = self.split(self.k_proj(query))[:, :, 0]
        cache[1, :, :, index] = self.split(self.v_proj(query))[:, :, 0]
        h = F.scaled_dot_product_attention(q, cache[0, :, :, : index + 1], cache[1, :, :, : index + 1])
        return self.out_proj(h.transpose(1, 2).flatten(2))


class EncoderLayer(nn.Module):
    def __init__(self, d, heads, middle):
        super().__init__()
        self.pre_self_attn_layer_norm = nn.LayerNorm(d)
        self.self_attn = Attention(heads, d)
        self.self_attn_layer_norm = nn.LayerNorm(d)
        self.glu = GLU(d, middle)

    def forward(self, x, bias):
        h = self.pre_self_attn_layer_norm(x)
        x = x + self.self_attn_layer_norm(self.self_attn(h, h, bias))
        return x + self.glu(x)


class DecoderLayer(nn.Module):
    def __init__(self, d, heads, middle):
        super().__init__()
        self.pre_self_attn_layer_norm = nn.LayerNorm(d)
        self.self_attn = Attention(heads, d)
        self.self_attn_layer_norm = nn.LayerNorm(d)
        self.pre_encoder_attn_layer_norm = nn.LayerNorm(d)
        self.encoder_attn = Attention(heads, d)
        self.encoder_attn_layer_norm = nn.LayerNorm(d)
        self.glu = GLU(d, middle)

    def forward(self, x, text, bias, attend):
        """`attend(layer's self-attention, h)` is the causal attention: over all places, or one step with a cache."""
        x = x + self.self_attn_layer_norm(attend(self.self_attn, self.pre_self_attn_layer_norm(x)))
        h = self.pre_encoder_attn_layer_norm(x)
        x = x + self.encoder_attn_layer_norm(self.encoder_attn(h, text, bias))
        return x + self.glu(x)


class TextEncoder(nn.Module):
    """tokens [b, t] → [b, t, d]."""

    def __init__(self, config):
        super().__init__()
        d = config["d_model"]
        self.embed_tokens = nn.Embedding(config["encoder_vocab_size"], d)
        self.embed_positions = nn.Embedding(config["max_text_length"], d)
        self.layers = nn.ModuleList(
            EncoderLayer(d, config["encoder_attention_heads"], config["encoder_ffn_dim"])
            for _ in range(config["encoder_layers"])
        )
        self.layernorm_embedding = nn.LayerNorm(d)
        self.final_ln = nn.LayerNorm(d)

    def forward(self, tokens, bias):
        x = self.embed_tokens(tokens) + self.embed_positions.weight[: tokens.shape[1]]
        x = self.layernorm_embedding(x)
        for layer in self.layers:
            x = layer(x, bias)
        return self.final_ln(x)


class ImageDecoder(nn.Module):
    """Image tokens so far [b, n], text [b, t, d] → logits of the next [b, n, vocabulary + 1]."""

    def __init__(self, config):
        super().__init__()
        d, vocabulary = config["d_model"], config["image_vocab_size"] + 1
        self.embed_tokens = nn.Embedding(vocabulary, d)
        self.embed_positions = nn.Embedding(config["image_length"], d)
        self.layers = nn.ModuleList(
            DecoderLayer(d, config["decoder_attention_heads"], config["decoder_ffn_dim"])
            for _ in range(config["decoder_layers"])
        )
        self.layernorm_embedding = nn.LayerNorm(d)
        self.final_ln = nn.LayerNorm(d)
        self.lm_head = nn.Linear(d, vocabulary, bias=False)

    def forward(self, tokens, text, bias):
        later = torch.full((tokens.shape[1],) * 2, HIDDEN).triu(1)
        x = self.embed_tokens(tokens) + self.embed_positions.weight[: tokens.shape[1]]
        x = self.layernorm_embedding(x)
        for layer in self.layers:
            x = layer(x, text, bias, lambda attention, h: attention(h, h, later))
        return self.lm_head(self.final_ln(x))

    def step(self, tokens, text, bias, caches, index):
        """Logits [b, vocabulary + 1] after the token at `index` (tokens [b, 1]); fills the layers' caches."""
        x = self.embed_tokens(tokens) + self.embed_positions.weight[index]
        x = self.layernorm_embedding(x)
        for layer, cache in zip(self.layers, caches):
            x = layer(x, text, bias, lambda attention, h, cache=cache: attention.step(h, cache, index))
        return self.lm_head(self.final_ln(x))[:, 0]


class DalleBart(nn.Module):
    def __init__(self, config=CONFIG):
        super().__init__()
        self.config = config
        self.encoder = TextEncoder(config)
        self.decoder = ImageDecoder(config)
        for module in self.modules():
            if isinstance(module, nn.Embedding):
                nn.init.normal_(module.weight, std=0.02)
        nn.init.normal_(self.decoder.lm_head.weight, std=0.02)

    def encode(self, text_tokens):
        """Text [b, t] → its states [b, t, d] and the bias [b, 1, 1, t] that hides its padding."""
        bias = (text_tokens == self.config["pad_token_id"])[:, None, None, :] * HIDDEN
        return self.encoder(text_tokens, bias), bias

    def forward(self, text_tokens, image_tokens):
        """Teacher forcing: text [b, t], image [b, 256] → logits [b, 256, vocabulary + 1]."""
        text, bias = self.encode(text_tokens)
        start = torch.full_like(image_tokens[:, :1], self.config["decoder_start_token_id"])
        return self.decoder(torch.cat((start, image_tokens[:, :-1]), 1), text, bias)

    @torch.no_grad()
    def sample(self, text_tokens, unconditional, condition_scale, top_k, temperature, generator):
        """Image tokens [b, 256] for text [b, t], guided away from the unconditional prompt [t]."""
        b, n = len(text_tokens), self.config["image_length"]
        both = torch.cat((unconditional.expand(b, -1), text_tokens))
        text, bias = self.encode(both)
        heads = self.config["decoder_attention_heads"]
        caches = torch.zeros(len(self.decoder.layers), 2, 2 * b, heads, n, self.config["d_model"] // heads)
        tokens = torch.full((b, n + 1), self.config["decoder_start_token_id"])
        for i in range(n):
            logits = self.decoder.step(tokens[:, i : i + 1].repeat(2, 1), text, bias, caches, i).float()
            without, given = logits[:, : self.config["image_vocab_size"]].chunk(2)
            logits = without + condition_scale * (given - without)
            lowest = logits.topk(top_k).values[:, -1:]
            logits = logits.masked_fill(logits < lowest, -torch.inf) / temperature
            tokens[:, i + 1] = torch.multinomial(logits.softmax(-1), 1, generator=generator)[:, 0]
        return tokens[:, 1:]
