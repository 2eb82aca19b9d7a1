"""The picture half of the painter: a VQGAN whose decoder is that of taming-transformers, in a small size.

Names of the decoder's parameters are those of min-dalle's `VQGanDetokenizer`. The encoder only serves training; it has no
normalisation and a small field of view, so that equal patches get equal tokens wherever they stand.
Pictures are float [n, 3, 128, 128] in 0…1; tokens are [n, 256], row by row of 16×16.
"""

import torch
from torch import nn
from torch.nn import functional as F

CONFIG = {
    "ch": 32,
    "ch_mult": [1, 1, 2, 4],
    "num_res_blocks": 0,
    "attn_resolutions": [16],
    "resolution": 128,
    "z_channels": 64,
    "embed_dim": 64,
    "n_embed": 1024,
    "in_channels": 3,
    "out_ch": 3,
    "resamp_with_conv": True,
    "norm_groups": 8,
}


def swish(x):
    return F.silu(x)


class ResnetBlock(nn.Module):
    """x [n, a, h, w] → [n, b, h, w]: two normalised 3×3 convolutions beside a shortcut."""

    def __init__(self, a, b, groups):
        super().__init__()
        self.norm1 = nn.GroupNorm(groups, a)
        self.conv1 = nn.Conv2d(a, b, 3, padding=1)
        self.norm2 = nn.GroupNorm(groups, b)
        self.conv2 = nn.Conv2d(b, b, 3, padding=1)
        if a != b:
            self.nin_shortcut = nn.Conv2d(a, b, 1)

    def forward(self, x):
        h = self.conv1(swish(self.norm1(x)))
        h = self.conv2(swish(self.norm2(h)))
        return (self.nin_shortcut(x) if hasattr(self, "nin_shortcut") else x) + h


class AttentionBlock(nn.Module):
    """x [n, c, h, w] + attention of one head over its h·w places."""

    def __init__(self, c, groups):
        super().__init__()
        self.norm = nn.GroupNorm(groups, c)
        self.q = nn.Conv2d(c, c, 1)
        self.k = nn.Conv2d(c, c, 1)
        self.v = nn.Conv2d(c, c, 1)
        self.proj_out = nn.Conv2d(c, c, 1)

    def forward(self, x):
        h = self.norm(x)
        q, k, v = (proj(h).flatten(2).transpose(1, 2) for proj in (self.q, self.k, self.v))
        h = F.scaled_dot_product_attention(q, k, v)
        return x + self.proj_out(h.transpose(1, 2).reshape(x.shape))


class MiddleLayer(nn.Module):
    def __init__(self, c, groups):
        super().__init__()
        self.block_1 = ResnetBlock(c, c, groups)
        self.attn_1 = AttentionBlock(c, groups)
        self.block_2 = ResnetBlock(c, c, groups)

    def forward(self, h):
        return self.block_2(self.attn_1(self.block_1(h)))


class Upsample(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.conv = nn.Conv2d(c, c, 3, padding=1)

    def forward(self, x):
        return self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))


class UpsampleBlock(nn.Module):
    def __init__(self, a, b, blocks, groups, has_attention, has_upsample):
        super().__init__()
        self.block = nn.ModuleList(ResnetBlock(a if i == 0 else b, b, groups) for i in range(blocks))
        if has_attention:
            self.attn = nn.ModuleList(AttentionBlock(b, groups) for _ in range(blocks))
        if has_upsample:
            self.upsample = Upsample(b)

    def forward(self, h):
        for i, block in enumerate(self.block):
            h = block(h)
            if hasattr(self, "attn"):
                h = self.attn[i](h)
        return self.upsample(h) if hasattr(self, "upsample") else h


class Decoder(nn.Module):
    """z [n, z_channels, 16, 16] → [n, 3, 128, 128]."""

    def __init__(self, config):
        super().__init__()
        groups, blocks = config["norm_groups"], config["num_res_blocks"] + 1
        widths = [config["ch"] * m for m in config["ch_mult"]]
        top = widths[-1]
        self.conv_in = nn.Conv2d(config["z_channels"], top, 3, padding=1)
        self.mid = MiddleLayer(top, groups)
        self.up = nn.ModuleList()
        for i, width in enumerate(widths):
            before = widths[min(i + 1, len(widths) - 1)]
            has_attention = config["resolution"] // 2**i in config["attn_resolutions"]
            self.up.append(UpsampleBlock(before, width, blocks, groups, has_attention, has_upsample=i > 0))
        self.norm_out = nn.GroupNorm(groups, widths[0])
        self.conv_out = nn.Conv2d(widths[0], config["out_ch"], 3, padding=1)

    def forward(self, z):
        h = self.mid(self.conv_in(z))
        for level in reversed(self.up):
            h = level(h)
        return self.conv_out(swish(self.norm_out(h)))


class Detokenizer(nn.Module):
    """tokens [n, 256] → pictures [n, 3, 128, 128], not clipped: all that the shipped painter keeps of the VQGAN."""

    def __init__(self, config=CONFIG):
        super().__init__()
        self.embedding = nn.Embedding(config["n_embed"], config["embed_dim"])
        self.post_quant_conv = nn.Conv2d(config["embed_dim"], config["z_channels"], 1)
        self.decoder = Decoder(config)

    def decode(self, z):
        return self.decoder(self.post_quant_conv(z.contiguous(memory_format=torch.channels_last)))

    def forward(self, tokens):
        side = int(tokens.shape[1] ** 0.5)
        z = self.embedding(tokens).view(len(tokens), side, side, -1).permute(0, 3, 1, 2)
        return self.decode(z)


class PatchNorm(nn.Module):
    """x [n, c, h, w] with mean 0 and variance 1 over the channels of each place: no place looks at another."""

    def forward(self, x):
        return F.layer_norm(x.permute(0, 2, 3, 1), x.shape[1:2]).permute(0, 3, 1, 2)


class PlainBlock(nn.Module):
    """x + a 3×3 and a 1×1 convolution."""

    def __init__(self, c):
        super().__init__()
        self.norm = PatchNorm()
        self.a = nn.Conv2d(c, c, 3, padding=1)
        self.b = nn.Conv2d(c, c, 1)

    def forward(self, x):
        return x + self.b(F.silu(self.a(F.silu(self.norm(x)))))


class Encoder(nn.Module):
    """x [n, 3, 128, 128] in 0…1 → [n, embed_dim, 16, 16], each place of length √embed_dim."""

    def __init__(self, config=CONFIG):
        super().__init__()
        c = config["ch"]
        self.layers = nn.Sequential(
            nn.Conv2d(3, c, 4, stride=2, padding=1),
            nn.SiLU(),
            nn.Conv2d(c, 3 * c, 4, stride=2, padding=1),
            PlainBlock(3 * c),
            nn.Conv2d(3 * c, 6 * c, 2, stride=2),
            PlainBlock(6 * c),
            PatchNorm(),
            nn.SiLU(),
            nn.Conv2d(6 * c, config["embed_dim"], 1),
            PatchNorm(),
        )

    def forward(self, x):
        return self.layers(4 * x - 2)


class Codebook:
    """Keeps the embedding at the running mean of the vectors that chose it (EMA), and revives codes nobody chooses."""

    def __init__(self, embedding, decay=0.97):
        self.weight, self.decay = embedding.weight, decay
        self.weight.requires_grad_(False)
        self.count = torch.ones(len(self.weight))
        self.total = self.weight.detach().clone()

    def nearest(self, flat):
        """flat [m, d] → the nearest code of each, [m]."""
        w = self.weight
        return (w.pow(2).sum(1) - 2 * flat @ w.T).argmin(1)

    def start(self, flat, rounds=8):
        """Begins at the k-means of flat [m, d]; the starting points are spread by distance, rare patches included."""
        with torch.no_grad():
            distances = torch.full((len(flat),), torch.inf)
            centres = flat[torch.randint(len(flat), (1,))]
            while len(centres) < len(self.weight):
                new = centres[-32:]
                distances = torch.minimum(distances, torch.cdist(flat, new).min(1).values ** 2)
                pick = torch.multinomial(distances.clamp(min=1e-9), min(31, len(self.weight) - len(centres)))
                centres = torch.cat((centres, flat[pick]))
            self.weight.copy_(centres)
            for _ in range(rounds):
                chosen = self.nearest(flat)
                count = torch.bincount(chosen, minlength=len(self.weight)).float()
                total = torch.zeros_like(self.total).index_add_(0, chosen, flat)
                used = count > 0
                self.weight[used] = total[used] / count[used].unsqueeze(1)
            self.count.copy_(count.clamp(min=1) * 2048 / len(flat))
            self.total.copy_(self.weight * self.count.unsqueeze(1))

    def update(self, flat, chosen):
        with torch.no_grad():
            count = torch.bincount(chosen, minlength=len(self.weight)).float()
            total = torch.zeros_like(self.total).index_add_(0, chosen, flat)
            self.count.mul_(self.decay).add_(count, alpha=1 - self.decay)
            self.total.mul_(self.decay).add_(total, alpha=1 - self.decay)
            self.weight.copy_(self.total / self.count.clamp(min=1e-3).unsqueeze(1))

    def revive(self, flat, distances, threshold=0.03):
        """Sets each code chosen less than `threshold` times a step to a vector that is badly served now."""
        dead = self.count < threshold
        n = int(dead.sum())
        if n == 0:
            return 0
        with torch.no_grad():
            pick = torch.multinomial(distances.clamp(min=1e-9), n, replacement=n > len(distances))
            vectors = flat[pick] + 1e-3 * torch.randn(n, flat.shape[1])
            self.weight[dead] = vectors
            self.total[dead] = vectors
            self.count[dead] = 1
        return n

    def state_dict(self):
        return {"count": self.count, "total": self.total}

    def load_state_dict(self, state):
        self.count.copy_(state["count"])
        self.total.copy_(state["total"])
