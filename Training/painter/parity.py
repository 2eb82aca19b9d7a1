"""Checks that the exported checkpoint means the same to min-dalle's own modules as to ours.

min-dalle's transformer takes its sizes as arguments. Its VQGAN has them written in, so this file gives its modules the
pocket sizes: same classes, same forward passes, other widths and numbers of groups.
"""

import argparse
import json
from math import log2
from pathlib import Path

import torch
from min_dalle.models import dalle_bart_decoder, dalle_bart_encoder, vqgan_detokenizer
from min_dalle.text_tokenizer import TextTokenizer as TheirTokenizer
from safetensors.torch import load_file
from torch import nn

from painter import Painter

PROMPTS = ("two red circles above a blue square", "a large green star at night", "an astronaut riding a horse, oil")


class PocketAttention(vqgan_detokenizer.AttentionBlock):
    """Their attention block for `c` channels."""

    def __init__(self, c, groups):
        nn.Module.__init__(self)
        self.norm = nn.GroupNorm(groups, c)
        self.q, self.k, self.v, self.proj_out = (nn.Conv2d(c, c, 1) for _ in range(4))
        self.c = c

    def forward(self, x):
        m, n = x.shape[0], self.c
        h = self.norm(x)
        k, v, q = (proj(h).reshape(m, n, -1) for proj in (self.k, self.v, self.q))
        w = torch.softmax(torch.bmm(q.permute(0, 2, 1), k) / n**0.5, dim=2)
        h = torch.bmm(v, w.permute(0, 2, 1)).reshape(x.shape)
        return x + self.proj_out(h)


def their_block(a, b, groups):
    """Their residual block with our number of groups."""
    block = vqgan_detokenizer.ResnetBlock(int(log2(a)), int(log2(b)))
    block.norm1, block.norm2 = nn.GroupNorm(groups, a), nn.GroupNorm(groups, b)
    return block


def their_decoder(config):
    """Their VQGAN decoder with the pocket's sizes: a module with the same names and order of steps."""
    groups = config["norm_groups"]
    widths = [config["ch"] * m for m in config["ch_mult"]]
    decoder = nn.Module()
    decoder.conv_in = nn.Conv2d(config["z_channels"], widths[-1], 3, padding=1)
    decoder.mid = vqgan_detokenizer.MiddleLayer.__new__(vqgan_detokenizer.MiddleLayer)
    nn.Module.__init__(decoder.mid)
    decoder.mid.block_1 = their_block(widths[-1], widths[-1], groups)
    decoder.mid.attn_1 = PocketAttention(widths[-1], groups)
    decoder.mid.block_2 = their_block(widths[-1], widths[-1], groups)
    decoder.up = nn.ModuleList()
    for i, width in enumerate(widths):
        before = widths[min(i + 1, len(widths) - 1)]
        level = nn.Module()
        level.block = nn.ModuleList(
            their_block(before if j == 0 else width, width, groups) for j in range(config["num_res_blocks"] + 1)
        )
        if config["resolution"] // 2**i in config["attn_resolutions"]:
            level.attn = nn.ModuleList(PocketAttention(width, groups) for _ in level.block)
        if i > 0:
            level.upsample = vqgan_detokenizer.Upsample(int(log2(width)))
        decoder.up.append(level)
    decoder.norm_out = nn.GroupNorm(groups, widths[0])
    decoder.conv_out = nn.Conv2d(widths[0], 3, 3, padding=1)
    return decoder


def their_pixels(decoder, post_quant_conv, embedding, tokens):
    """tokens [n, 256] → [n, 3, 128, 128], in the order of their forward passes."""
    side = int(tokens.shape[1] ** 0.5)
    z = embedding(tokens).view(len(tokens), side, side, -1).permute(0, 3, 1, 2).contiguous()
    h = decoder.mid(decoder.conv_in(post_quant_conv(z)))
    for level in reversed(decoder.up):
        for j, block in enumerate(level.block):
            h = block(h)
            if hasattr(level, "attn"):
                h = level.attn[j](h)
        if hasattr(level, "upsample"):
            h = level.upsample(h)
    h = decoder.norm_out(h)
    return decoder.conv_out(h * torch.sigmoid(h))


def load_theirs(folder):
    """Their encoder, decoder and VQGAN parts with the checkpoint's weights, every name matched exactly."""
    config = json.loads((folder / "config.json").read_text())
    tensors = {name: tensor.float() for name, tensor in load_file(folder / "model.safetensors").items()}

    def part(prefix):
        return {name[len(prefix) :]: tensor for name, tensor in tensors.items() if name.startswith(prefix)}

    encoder = dalle_bart_encoder.DalleBartEncoder(
        config["encoder_layers"], config["d_model"], config["encoder_attention_heads"], config["encoder_vocab_size"],
        config["max_text_length"], config["encoder_ffn_dim"], "cpu",
    )
    decoder = dalle_bart_decoder.DalleBartDecoder(
        config["image_vocab_size"], config["d_model"], config["decoder_attention_heads"], config["decoder_ffn_dim"],
        config["decoder_layers"], "cpu",
    )
    encoder.load_state_dict(part("encoder."))
    decoder.load_state_dict(part("decoder."))
    vqgan = nn.Module()
    vqgan.embedding = nn.Embedding(config["vqgan"]["n_embed"], config["vqgan"]["embed_dim"])
    vqgan.post_quant_conv = nn.Conv2d(config["vqgan"]["embed_dim"], config["vqgan"]["z_channels"], 1)
    vqgan.decoder = their_decoder(config["vqgan"])
    vqgan.load_state_dict(part("vqgan."))
    return config, encoder.eval(), decoder.eval(), vqgan.eval()


@torch.no_grad()
def check(folder):
    """Raises if tokens, logits or pixels differ."""
    ours = Painter(folder)
    config, encoder, decoder, vqgan = load_theirs(folder)
    merges = (folder / "merges.txt").read_text().split("\n")[1:-1]
    tokenizer = TheirTokenizer(json.loads((folder / "vocab.json").read_text()), merges)
    generator = torch.Generator().manual_seed(5)
    image = torch.randint(config["image_vocab_size"], (1, config["image_length"]), generator=generator)
    for prompt in PROMPTS:
        assert tokenizer.tokenize(prompt) == ours.tokenizer.tokenize(prompt), prompt
        text = torch.tensor([ours.tokenizer.row(""), ours.tokenizer.row(prompt)])
        mine = ours.bart(text, image.repeat(2, 1))
        state = encoder(text)
        mask = text.not_equal(config["pad_token_id"])[:, None, None, :]
        cache = torch.zeros(config["decoder_layers"], 4, config["image_length"], config["d_model"])
        inputs = torch.cat((torch.tensor([[config["decoder_start_token_id"]]]), image[:, :-1]), 1)
        worst = 0.0
        for i in range(config["image_length"]):
            theirs, cache = decoder(mask, state, cache, inputs[:, i : i + 1], torch.tensor([i]))
            worst = max(worst, float((theirs[:, -1] - mine[:, i]).abs().max()))
        print(f"{prompt!r}: logits differ by at most {worst:.1e}")
        assert worst < 1e-3
    pixels = their_pixels(vqgan.decoder, vqgan.post_quant_conv, vqgan.embedding, image)
    worst = float((pixels - ours.detokenizer(image)).abs().max())
    print(f"pixels differ by at most {worst:.1e}")
    assert worst < 1e-3


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    check(parser.parse_args().checkpoint)
