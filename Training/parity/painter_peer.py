"""DALL·E mini in PyTorch at any size: the public min-dalle modules, with the sizes they hard-code made parameters.

Used by make_fixtures.py (expected outputs for the tests of Neural) and by Benchmarks/painter_vs_pytorch.py (the peer).
Every module that min-dalle lets us build with our own sizes is used as it is; only the VQGAN's attention block and the
tower around its blocks, which min-dalle writes down for one size, are assembled here. `--check` proves that at the
published size the assembled tower and min-dalle's own VQGanDetokenizer give the same picture from the same weights.
"""
import math
import torch
from torch import nn
from min_dalle.models import dalle_bart_decoder
from min_dalle.models.dalle_bart_encoder import DalleBartEncoder
from min_dalle.models.vqgan_detokenizer import ResnetBlock, Upsample, VQGanDetokenizer


def log2(n):
    exponent = int(math.log2(n))
    assert 2**exponent == n, f"min-dalle builds its convolutions for powers of two only, not {n}"
    return exponent


class Attention(nn.Module):
    """Self-attention over all pixels of n channels, one head; parameter names as in min-dalle."""

    def __init__(self, n):
        super().__init__()
        self.norm = nn.GroupNorm(32, n)
        self.q, self.k, self.v, self.proj_out = (nn.Conv2d(n, n, 1) for _ in range(4))

    def forward(self, x):
        h = self.norm(x)
        q, k, v = (f(h).flatten(2) for f in (self.q, self.k, self.v))  # [batch, n, pixels]
        weights = torch.softmax(q.transpose(1, 2) @ k / x.shape[1] ** 0.5, dim=2)  # [batch, query, key]
        return x + self.proj_out((v @ weights.transpose(1, 2)).view_as(x))


class Middle(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.block_1, self.attn_1, self.block_2 = ResnetBlock(log2(n), log2(n)), Attention(n), ResnetBlock(log2(n), log2(n))

    def forward(self, x):
        return self.block_2(self.attn_1(self.block_1(x)))


class Level(nn.Module):
    def __init__(self, n_in, n_out, blocks, attention, upsample):
        super().__init__()
        self.block = nn.ModuleList([ResnetBlock(log2(n_in if j == 0 else n_out), log2(n_out)) for j in range(blocks)])
        self.attn = nn.ModuleList([Attention(n_out) for _ in range(blocks)]) if attention else None
        if upsample:
            self.upsample = Upsample(log2(n_out))

    def forward(self, x):
        for j, block in enumerate(self.block):
            x = block(x)
            x = self.attn[j](x) if self.attn else x
        return self.upsample(x) if hasattr(self, "upsample") else x


class Tower(nn.Module):
    def __init__(self, v):
        super().__init__()
        widths = [v["ch"] * m for m in v["ch_mult"]]
        self.conv_in = nn.Conv2d(v["z_channels"], widths[-1], 3, padding=1)
        self.mid = Middle(widths[-1])
        self.up = nn.ModuleList([
            Level(widths[min(i + 1, len(widths) - 1)], w, v["num_res_blocks"] + 1,
                  v["resolution"] // 2**i in v["attn_resolutions"], i > 0)
            for i, w in enumerate(widths)])
        self.norm_out = nn.GroupNorm(32, widths[0])
        self.conv_out = nn.Conv2d(widths[0], v["out_ch"], 3, padding=1)

    def forward(self, x):
        x = self.mid(self.conv_in(x))
        for level in reversed(self.up):
            x = level(x)
        x = self.norm_out(x)
        return self.conv_out(x * torch.sigmoid(x))


class VQGAN(nn.Module):
    """Image tokens [batch, grid * grid] -> pixels [batch, height, width, 3] in 0...1, not yet clipped."""

    def __init__(self, v):
        super().__init__()
        self.embedding = nn.Embedding(v["n_embed"], v["embed_dim"])
        self.post_quant_conv = nn.Conv2d(v["embed_dim"], v["z_channels"], 1)
        self.decoder = Tower(v)
        for module in self.modules():
            if isinstance(module, nn.GroupNorm):
                module.num_groups = v.get("norm_groups", 32)

    def forward(self, tokens):
        grid = int(math.sqrt(tokens.shape[1]))
        z = self.embedding(tokens).view(tokens.shape[0], grid, grid, -1).permute(0, 3, 1, 2).contiguous()
        return self.decoder(self.post_quant_conv(z)).permute(0, 2, 3, 1)


class Painter(nn.Module):
    """encoder, decoder and vqgan of one checkpoint; state_dict() has the names of Troupe's checkpoint contract."""

    def __init__(self, config):
        super().__init__()
        self.config = c = config
        dalle_bart_decoder.IMAGE_TOKEN_COUNT = c["image_length"]
        common = dict(embed_count=c["d_model"], device="cpu")
        self.encoder = DalleBartEncoder(
            layer_count=c["encoder_layers"], attention_head_count=c["encoder_attention_heads"], text_vocab_count=c["encoder_vocab_size"],
            text_token_count=c["max_text_length"], glu_embed_count=c["encoder_ffn_dim"], **common)
        self.decoder = dalle_bart_decoder.DalleBartDecoder(
            image_vocab_count=c["image_vocab_size"], attention_head_count=c["decoder_attention_heads"],
            glu_embed_count=c["decoder_ffn_dim"], layer_count=c["decoder_layers"], **common)
        self.vqgan = VQGAN(c["vqgan"])

    def text_rows(self, tokens):
        """[2, max_text_length]: row 0 = <s></s>, row 1 = the prompt, padded with 1."""
        rows = torch.ones(2, self.config["max_text_length"], dtype=torch.long)
        tokens = tokens[: self.config["max_text_length"]]
        rows[0, 0], rows[0, 1] = 0, 2
        rows[1, : len(tokens)] = torch.tensor(tokens)
        return rows

    @torch.no_grad()
    def steps(self, tokens, n, scale, choose):
        """Yields guided logits [n, n_embed] a step; choose(logits) -> [n] gives the tokens to go on with."""
        rows = self.text_rows(tokens)
        state = self.encoder(rows)
        expand = [0] * n + [1] * n
        rows, state = rows[expand], state[expand]
        mask = rows.not_equal(1)[:, None, None, :]
        c = self.config
        cache = torch.zeros(c["decoder_layers"], n * 4, c["image_length"], c["d_model"])
        previous = torch.full((n, 1), c["decoder_start_token_id"], dtype=torch.long)
        for i in range(c["image_length"]):
            logits, cache = self.decoder(attention_mask=mask, encoder_state=state, attention_state=cache,
                                         prev_tokens=previous, token_index=torch.tensor([i]))
            logits = logits[:, -1, : c["vqgan"]["n_embed"]]
            guided = logits[:n] * (1 - scale) + logits[n:] * scale
            previous = choose(guided)[:, None]
            yield guided, previous[:, 0]


def randomise(model, seed, spread=1.0):
    """Random weights under which no layer is idle: norms near 1, everything else scaled by its fan-in."""
    g = torch.Generator().manual_seed(seed)
    for name, p in model.named_parameters():
        noise = torch.randn(p.shape, generator=g)
        if "norm" in name or ".ln" in name or "final_ln" in name:
            p.data = (1 + 0.2 * noise) if name.endswith("weight") else 0.1 * noise
        elif p.dim() == 1:
            p.data = 0.1 * noise
        elif "embed" in name:
            p.data = noise * spread
        else:
            p.data = noise * spread / math.sqrt(p[0].numel())
    return model.eval()


PUBLISHED_VQGAN = dict(ch=128, ch_mult=[1, 1, 2, 2, 4], num_res_blocks=2, attn_resolutions=[16], resolution=256,
                       z_channels=256, embed_dim=256, n_embed=16384, out_ch=3, resamp_with_conv=True)

if __name__ == "__main__":
    ours = randomise(VQGAN(PUBLISHED_VQGAN), 7)
    theirs = VQGanDetokenizer().eval()
    theirs.load_state_dict(ours.state_dict())
    tokens = torch.randint(0, 16384, (1, 256), generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        difference = (ours(tokens).clip(0, 1) * 255 - theirs.forward(False, tokens)).abs().max().item()
    print(f"largest difference to min-dalle's VQGanDetokenizer at the published size: {difference:.2e} of 255")
    assert difference < 0.01
