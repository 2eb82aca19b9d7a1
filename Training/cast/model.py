"""GPT-2 as published, small: learned positions, one matrix for queries, keys and values, GELU by tanh, tied head; tensors named and
shaped as in `transformers` (weights are [inputs, outputs])."""

import torch
import torch.nn.functional as F
from torch import nn

CONFIG = {
    "architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", "activation_function": "gelu_new", "n_embd": 160, "n_layer": 4, "n_head": 5,
    "n_positions": 192, "vocab_size": 2048, "layer_norm_epsilon": 1e-5, "bos_token_id": 0, "eos_token_id": 0, "tie_word_embeddings": True,
    "torch_dtype": "float16",
}


class Conv1D(nn.Module):
    def __init__(self, inputs, outputs, scale=1.0):
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.randn(inputs, outputs) * scale * inputs**-0.5), nn.Parameter(torch.zeros(outputs))

    def forward(self, x):
        return F.linear(x, self.weight.T, self.bias)


class Attention(nn.Module):
    def __init__(self, c):
        super().__init__()
        d, self.heads = c["n_embd"], c["n_head"]
        self.c_attn, self.c_proj = Conv1D(d, 3 * d), Conv1D(d, d, (2 * c["n_layer"]) ** -0.5)

    def forward(self, x):
        b, t, d = x.shape
        q, k, v = (part.view(b, t, self.heads, -1).transpose(1, 2) for part in self.c_attn(x).split(d, 2))
        return self.c_proj(F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(b, t, d))


class FeedForward(nn.Module):
    def __init__(self, c):
        super().__init__()
        d = c["n_embd"]
        self.c_fc, self.c_proj = Conv1D(d, 4 * d), Conv1D(4 * d, d, (2 * c["n_layer"]) ** -0.5)

    def forward(self, x):
        return self.c_proj(F.gelu(self.c_fc(x), approximate="tanh"))


class Layer(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.ln_1, self.attn = nn.LayerNorm(c["n_embd"], c["layer_norm_epsilon"]), Attention(c)
        self.ln_2, self.mlp = nn.LayerNorm(c["n_embd"], c["layer_norm_epsilon"]), FeedForward(c)

    def forward(self, x):
        x = x + self.attn(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))


class GPT2(nn.Module):
    def __init__(self, c=CONFIG):
        super().__init__()
        self.wte, self.wpe = nn.Embedding(c["vocab_size"], c["n_embd"]), nn.Embedding(c["n_positions"], c["n_embd"])
        self.h = nn.ModuleList(Layer(c) for _ in range(c["n_layer"]))
        self.ln_f = nn.LayerNorm(c["n_embd"], c["layer_norm_epsilon"])
        for embedding in (self.wte, self.wpe):
            nn.init.normal_(embedding.weight, std=0.02)

    def states(self, tokens):
        """[batch][time] to [batch][time][width]"""
        x = self.wte(tokens) + self.wpe.weight[: tokens.shape[1]]
        for layer in self.h:
            x = layer(x)
        return self.ln_f(x)

    def logits(self, states):
        return F.linear(states, self.wte.weight.to(states.dtype))
