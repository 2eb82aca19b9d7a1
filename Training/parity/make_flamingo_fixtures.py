"""Writes Tests/NeuralTests/Fixtures/flamingo-*: small random checkpoints and what the public open_flamingo code makes of them.

usage: make_flamingo_fixtures.py OPEN_FLAMINGO [OUT]
OPEN_FLAMINGO is a checkout of https://github.com/mlfoundations/open_flamingo (its folder open_flamingo/src is read, nothing is kept of it).
Needs: torch, transformers, safetensors, einops, einops-exts. Run once; the files are committed. Each folder is what
Training/convert/open_flamingo.py makes of files as they are published, and expected.safetensors: pictures, the vision tokens of each, a prompt with marks for them, its logits, and what greedy
decoding and a beam search write.
"""
import functools
import importlib
import json
import pathlib
import subprocess
import sys
import tempfile
import types

import torch
from safetensors.torch import save_file
from transformers import (
    CLIPVisionConfig, CLIPVisionModel, GPTNeoXConfig, GPTNeoXForCausalLM, LlamaConfig, LlamaForCausalLM, MptConfig, MptForCausalLM)

sys.path.append(str(pathlib.Path(__file__).parents[1] / "convert"))
import open_flamingo  # our converter: how languages are written down

# Letters, then the tokens that the authors add: the chunk's end, a picture's mark, padding.
LETTERS, CHUNK, MEDIA, VOCABULARY = 93, 93, 94, 96
MEAN = torch.tensor([0.48145466, 0.4578275, 0.40821073])
DEVIATION = torch.tensor([0.26862954, 0.26130258, 0.27577711])
NUMBERS = {kind: name for name, kind in open_flamingo.NUMBERS.items()}
# name: sizes of the parts, and the searches' options
MODELS = {
    "every": dict(patch=7, activation="quick_gelu", latents=6, depth=2, heads=4, size=8, every=1, layers=2, kind=torch.float32,
                  beam=dict(num_beams=3, length_penalty=1.0)),
    "second": dict(patch=14, activation="gelu", latents=18, depth=1, heads=2, size=18, every=2, layers=4, kind=torch.bfloat16,
                   beam=dict(num_beams=4, length_penalty=-0.5, no_repeat_ngram_size=2, repetition_penalty=1.3, early_stopping=True)),
    # Version 2: MPT with six heads, no power of two; its early form with norms on queries and keys; GPT-NeoX as RedPajama has it.
    "mpt": dict(patch=14, activation="quick_gelu", latents=6, depth=1, heads=2, size=8, every=2, layers=2, kind=torch.float32,
                language="mpt", seed=1, beam=dict(num_beams=3)),
    "mpt-norm": dict(patch=14, activation="quick_gelu", latents=6, depth=1, heads=2, size=8, every=1, layers=2, kind=torch.float32,
                     language="mpt-norm", beam=dict(num_beams=2, length_penalty=2.0)),
    "neox": dict(patch=14, activation="quick_gelu", latents=6, depth=1, heads=2, size=8, every=2, layers=2, kind=torch.float32,
                 language="neox", beam=dict(num_beams=3)),
}


def language_model(kind, layers):
    """A small language model, and where its layers are."""
    if kind == "llama":
        text = LlamaConfig(vocab_size=VOCABULARY, hidden_size=32, intermediate_size=44, num_hidden_layers=layers, num_attention_heads=4,
                           num_key_value_heads=4, max_position_embeddings=256, bos_token_id=0, eos_token_id=1, pad_token_id=0,
                           initializer_range=0.2, tie_word_embeddings=False, attn_implementation="eager")
        return LlamaForCausalLM(text), "model.layers"
    if kind == "neox":
        text = GPTNeoXConfig(vocab_size=VOCABULARY, hidden_size=32, intermediate_size=128, num_hidden_layers=layers, num_attention_heads=4,
                             max_position_embeddings=256, bos_token_id=0, eos_token_id=1, pad_token_id=0, initializer_range=0.2,
                             hidden_act="gelu", rotary_pct=1.0, use_parallel_residual=False, tie_word_embeddings=False,
                             attn_implementation="eager")
        return GPTNeoXForCausalLM(text), "gpt_neox.layers"
    text = MptConfig(vocab_size=VOCABULARY, d_model=48, n_heads=6, n_layers=layers, max_seq_len=256, no_bias=True, initializer_range=0.2,
                     attn_config={"qk_ln": kind == "mpt-norm"}, bos_token_id=0, eos_token_id=1, pad_token_id=0, tie_word_embeddings=True)
    model = MptForCausalLM(text)
    if kind == "mpt-norm":
        for block in model.transformer.blocks:
            add_norms(block.attn, text.d_model)
    return model, "transformer.blocks"


def add_norms(attention, width):
    """`attn_qk_ln` of MPT's own code, which transformers leaves out: queries and keys are normalised, all heads together."""
    attention.q_ln, attention.k_ln = (torch.nn.LayerNorm(width, bias=False) for _ in range(2))

    def norm(_, __, result):
        q, k, v = result.chunk(3, dim=-1)
        return torch.cat([attention.q_ln(q), attention.k_ln(k), v], dim=-1)

    attention.Wqkv.register_forward_hook(norm)


def public_code(checkout):
    """The public package's modules, without its __init__, which wants packages that are of no use here."""
    package = types.ModuleType("open_flamingo_src")
    package.__path__ = [str(checkout / "open_flamingo" / "src") if (checkout / "open_flamingo").exists() else str(checkout)]
    sys.modules["open_flamingo_src"] = package
    modules = [importlib.import_module(f"open_flamingo_src.{name}") for name in ("helpers", "flamingo", "flamingo_lm", "utils")]
    forward = modules[2].FlamingoLMMixin.forward
    # transformers leaves a mask of ones out since version 5.
    modules[2].FlamingoLMMixin.forward = lambda self, input_ids, attention_mask=None, **more: forward(self, input_ids, attention_mask, **more)
    return modules


class Patches(torch.nn.Module):
    """CLIP as open_clip gives it: a pooled state, and those of all patches."""

    def __init__(self, clip):
        super().__init__()
        self.clip = clip

    def forward(self, x):
        return None, self.clip(x).last_hidden_state[:, 1:]


def tokenizer():
    """A byte-level tokenizer.json with a token for each letter."""
    letters = ["Ġ", "Ċ"] + [chr(code) for code in range(0x21, 0x7F) if chr(code) not in "`~^"]
    assert len(letters) == LETTERS
    level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None, "pre_tokenizer": level,
            "post_processor": None, "decoder": level,
            "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None,
                      "fuse_unk": False, "byte_fallback": False, "vocab": {letter: index for index, letter in enumerate(letters)}, "merges": []}}


EARLY = [(".norm_1.", ".ln_1."), (".norm_2.", ".ln_2."), ("norm_f.", "ln_f."), (".ffn.up_proj.", ".mlp.mlp_up."), (".ffn.down_proj.", ".mlp.mlp_down.")]


def publish(folder, model, text, place, clip, kind, is_early):
    """The model as its parts are published: the authors' checkpoint, the language model and CLIP."""
    own, language = {}, {}
    for name, tensor in model.state_dict().items():
        tensor = tensor.to(kind).contiguous().clone()
        if name.startswith("lang_encoder.old_decoder_blocks."):
            language[name.replace("lang_encoder.old_decoder_blocks", place)] = tensor
        elif name.startswith(("perceiver.", "lang_encoder.gated_cross_attn_layers.")):
            own[f"module.{name}"] = tensor
        elif name.startswith("lang_encoder.") and ".decoder_layer." not in name and ".gated_cross_attn_layer." not in name:
            if name.endswith(("embed_tokens.weight", "wte.weight", "embed_in.weight")):
                own[f"module.{name}"] = tensor
            language[name.removeprefix("lang_encoder.")] = tensor
    language = {name: tensor[:LETTERS].clone() if name.endswith(("embed_tokens.weight", "wte.weight", "embed_in.weight", "lm_head.weight",
                "embed_out.weight")) else tensor for name, tensor in language.items()}
    settings = text.to_dict() | {"vocab_size": LETTERS}
    if is_early:
        for late, early in EARLY:
            language = {name.replace(late, early): tensor for name, tensor in language.items()}
        settings = {"model_type": "mosaic_gpt", "d_model": text.d_model, "n_heads": text.n_heads, "n_layers": text.n_layers, "mlp_ratio": 4,
                    "max_seq_len": text.max_seq_len, "vocab_size": LETTERS, "attn_qk_ln": True, "alibi": True, "alibi_bias_max": 8,
                    "no_bias": True, "eos_token_id": 1}
    (folder / "language").mkdir(parents=True)
    (folder / "language" / "config.json").write_text(json.dumps(settings, default=str))
    (folder / "language" / "tokenizer.json").write_text(json.dumps(tokenizer()))
    (folder / "language" / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "PreTrainedTokenizerFast"}))
    save_file(language, folder / "language" / "model.safetensors")
    clip.save_pretrained(folder / "vision")
    torch.save({"epoch": 3, "model_state_dict": own}, folder / "checkpoint.pt")


def write(folder, public, latents, depth, heads, size, every, layers, kind, beam, patch, activation, language="llama", seed=0):
    helpers, flamingo, flamingo_lm, utils = public
    torch.manual_seed(sum(folder.name.encode()) + seed)
    vision = CLIPVisionConfig(hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=3, image_size=28, patch_size=patch,
                              hidden_act=activation, initializer_range=0.2, attn_implementation="eager")
    clip = CLIPVisionModel(vision)
    language, place = language_model(language, layers)
    text = language.config
    utils.extend_instance(language, flamingo_lm.FlamingoLMMixin)
    language.set_decoder_layers_attr_name(place)
    flamingo.PerceiverResampler = functools.partial(helpers.PerceiverResampler, depth=depth, heads=heads, dim_head=size, num_latents=latents)
    flamingo_lm.GatedCrossAttentionBlock = functools.partial(helpers.GatedCrossAttentionBlock, heads=heads, dim_head=size)
    model = flamingo.Flamingo(types.SimpleNamespace(visual=Patches(clip)), language, CHUNK, MEDIA, vision.hidden_size, every).eval()
    with torch.no_grad():
        for name, p in model.named_parameters():  # gates and norms too, so that none can be forgotten
            spread = 0.5 if name.endswith("gate") else 0.1 if p.dim() < 2 else 0.15
            p.copy_((p + spread * torch.randn_like(p)).to(kind).float())
    with torch.no_grad():
        head = language.get_output_embeddings().weight
        if head is not language.get_input_embeddings().weight:  # the new tokens' rows, which nobody trained, as the converter makes them
            head[LETTERS:] = head[:LETTERS].mean(0).to(kind).float()
    with tempfile.TemporaryDirectory() as published:
        parts = pathlib.Path(published)
        publish(parts, model, text, place, clip, kind, is_early=folder.name == "flamingo-mpt-norm")
        subprocess.run([sys.executable, open_flamingo.__file__, folder, "--flamingo", parts / "checkpoint.pt", "--language", parts / "language",
                        "--vision", parts / "vision", "--every", str(every), "--numbers", NUMBERS[kind], "--head-size", str(size)], check=True)
    (folder / "tokenizer_config.json").unlink(missing_ok=True)

    pixels = torch.randint(0, 256, (3, 28, 28, 3), dtype=torch.uint8)
    x = ((pixels / 255 - MEAN) / DEVIATION).permute(0, 3, 1, 2)[None, :, None]
    words = lambda n: torch.randint(2, 90, (n,)).tolist()
    prompt = torch.tensor([words(3) + [MEDIA] + words(5) + [CHUNK, MEDIA] + words(4) + [CHUNK] + words(2) + [MEDIA] + words(3)])
    with torch.no_grad():
        tokens = model.perceiver(model.vision_encoder(x[0, :, 0])[1][None, :, None])[0]
        logits = model(x, prompt, attention_mask=torch.ones_like(prompt)).logits[0]
        # The prompt has three pictures, and one sequence of a batch has them all: beams repeat them themselves.
        options = dict(attention_mask=torch.ones_like(prompt), max_new_tokens=16, pad_token_id=0, do_sample=False, use_cache=True)
        greedy = model.generate(x, prompt, num_beams=1, **options)[0, prompt.shape[1]:]
        beams = model.generate(x, prompt, **options, **beam)[0, prompt.shape[1]:]
    # After a mark of its own the public code looks at the first picture again; that is nothing to agree with.
    assert MEDIA not in greedy.tolist() + beams.tolist(), f"{folder.name}: take another seed"
    (folder / "beam.json").write_text(json.dumps(beam) + "\n")
    save_file({"pixels": pixels.float().contiguous(), "vision_tokens": tokens.contiguous(), "prompt": prompt[0].float(), "logits": logits.contiguous(),
               "greedy": greedy.float(), "beam": beams.float()}, folder / "expected.safetensors")
    print(folder.name, "greedy", greedy.tolist(), "beam", beams.tolist())


if __name__ == "__main__":
    public = public_code(pathlib.Path(sys.argv[1]))
    out = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else pathlib.Path(__file__).parents[2] / "Tests/NeuralTests/Fixtures"
    for name, sizes in MODELS.items():
        write(out / f"flamingo-{name}", public, **sizes)
