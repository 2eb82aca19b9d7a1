"""Writes Tests/NeuralTests/Fixtures: small random checkpoints and what the public PyTorch code (min-dalle) makes of them.

usage: make_fixtures.py [OUT]      needs: torch, safetensors, emoji, and min-dalle installed with --no-deps
Run once; the files are committed. Each fixture folder is a checkpoint of the contract (config.json, model.safetensors,
vocab.json, merges.txt) plus expected.safetensors and expected.json (prompt, token ids).
"""
import json
import pathlib
import sys
import torch
from safetensors.torch import save_file
from min_dalle.text_tokenizer import TextTokenizer
from painter_peer import Painter, randomise

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789.,!?'-_:"
WORDS = "red blue green circle square star above below two three a the on white background painting avocado of".split()
PROMPTS = [
    "", " ", "two red circles above a blue square", "A  Painting of the AVOCADO,  on white!", "three stars\tand\nlines",
    "naïve café Ünïcødé 漢字", "\u0130stanbul \u212aelvin", "I ❤️ a 🔴 on 🇫🇷 with 👍🏽 and 👩‍🚀", "x" * 300, "circle " * 100,
    "🔥🔥 rainbow🌈 flag 🏳️‍🌈, keycap 3️⃣ and ©", "👨‍👩‍👧 family, 🤷🏿‍♀️ shrug, ☃ snow, ☎️ call", "<s> </s> <pad> <unk>",
]


def vocabulary():
    """A byte-level-BPE vocabulary in miniature: special tokens, letters, and merges learned from a word list by frequency."""
    pieces = [["\u0120"] + list(w) for w in WORDS for _ in range(1 + len(w) % 3)]
    merges = []
    for _ in range(60):
        counts = {}
        for p in pieces:
            for pair in zip(p, p[1:]):
                counts[pair] = counts.get(pair, 0) + 1
        best = max(sorted(counts), key=counts.get)
        if counts[best] < 2:
            break
        merges.append(best)
        for p in pieces:
            i = 0
            while i + 1 < len(p):
                if (p[i], p[i + 1]) == best:
                    p[i : i + 2] = [p[i] + p[i + 1]]
                i += 1
    tokens = ["<s>", "<pad>", "</s>", "<unk>", "\u0120"] + list(LETTERS) + [a + b for a, b in merges]
    return {t: i for i, t in enumerate(dict.fromkeys(tokens))}, merges


def config(**sizes):
    base = dict(activation_function="gelu", ln_positions="normformer", ln_type="layernorm", use_bias=False, use_glu=True,
                use_absolute_position_embeddings=True, use_final_ln_encoder=True, use_final_ln_decoder=True, scale_embedding=False,
                use_cosine_attention=False, use_head_scale=False, use_deepnet_scaling=False, tie_word_embeddings=False,
                model_type="dallebart", pad_token_id=1)
    return base | sizes


def write(folder, c, seed, kind_of, prompt, scale, count=2):
    folder.mkdir(parents=True, exist_ok=True)
    vocab, merges = vocabulary()
    c["encoder_vocab_size"] = len(vocab)
    model = randomise(Painter(c), seed)
    state = {k: v.to(kind_of(k)) for k, v in model.state_dict().items()}
    model.load_state_dict({k: v.float() for k, v in state.items()})
    save_file({k: v.contiguous() for k, v in state.items()}, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(c, indent=2) + "\n")
    (folder / "generation_config.json").write_text(json.dumps(dict(condition_scale=scale, top_k=8, temperature=1.0), indent=2) + "\n")
    (folder / "vocab.json").write_text(json.dumps(vocab, ensure_ascii=False))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges))
    tokenizer = TextTokenizer(vocab, [f"{a} {b}" for a, b in merges])
    tokens = tokenizer.tokenize(prompt)
    with torch.no_grad():
        rows = model.text_rows(tokens)
        encoded = model.encoder(rows)
        steps = list(model.steps(tokens, 1, scale, lambda logits: logits.argmax(-1)))
        # A second walk over prescribed, differing tokens for every picture, so that the cache is exercised in a batch.
        g = torch.Generator().manual_seed(seed)
        forced = torch.randint(0, c["vqgan"]["n_embed"], (c["image_length"], count), generator=g)
        walk = iter(forced)
        forced_steps = [logits for logits, _ in model.steps(tokens, count, scale, lambda _: next(walk))]
        pixels = model.vqgan(forced.T.contiguous())
    save_file({
        "encoder_state": encoded.contiguous(), "greedy_logits": torch.cat([s[0] for s in steps]).contiguous(),
        "forced_logits": torch.stack(forced_steps).contiguous(), "pixels": pixels.contiguous(),
    }, folder / "expected.safetensors")
    limit = c["max_text_length"]
    (folder / "expected.json").write_text(json.dumps(dict(
        prompt=prompt, text_tokens=tokens[:limit], scale=scale, greedy_tokens=[int(s[1][0]) for s in steps],
        forced_tokens=forced.T.tolist(), tokenized=[dict(text=t, tokens=tokenizer.tokenize(t)) for t in PROMPTS],
    ), indent=1, ensure_ascii=False) + "\n")
    print(folder.name, sum(f.stat().st_size for f in folder.iterdir()) // 1000, "kB",
          "greedy", [int(s[1][0]) for s in steps][:8], "pixel range", float(pixels.min()), float(pixels.max()))


if __name__ == "__main__":
    out = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2] / "Tests/NeuralTests/Fixtures")
    torch.set_num_threads(1)
    write(out / "painter-mixed", config(
        d_model=48, encoder_layers=2, decoder_layers=2, encoder_attention_heads=4, decoder_attention_heads=2, encoder_ffn_dim=37,
        decoder_ffn_dim=53, image_vocab_size=70, image_length=16, max_text_length=24, decoder_start_token_id=70,
        vqgan=dict(ch=32, ch_mult=[1, 1], num_res_blocks=1, attn_resolutions=[4], resolution=8, z_channels=20, embed_dim=12,
                   n_embed=64, out_ch=3, resamp_with_conv=True, norm_groups=8)),
        3, lambda name: torch.bfloat16 if name.startswith("vqgan") else torch.float32, "two red circles above a blue square", 3.0)
    write(out / "painter-half", config(
        d_model=32, encoder_layers=1, decoder_layers=3, encoder_attention_heads=1, decoder_attention_heads=4, encoder_ffn_dim=64,
        decoder_ffn_dim=40, image_vocab_size=96, image_length=36, max_text_length=10, decoder_start_token_id=96,
        vqgan=dict(ch=32, ch_mult=[1, 2, 1], num_res_blocks=0, attn_resolutions=[12], resolution=24, z_channels=16, embed_dim=16,
                   n_embed=96, out_ch=3, resamp_with_conv=True)),
        5, lambda _: torch.float16, "a painting of the avocado on a white background, three stars", 10.0)
