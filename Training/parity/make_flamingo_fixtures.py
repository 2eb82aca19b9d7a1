"""Writes Tests/NeuralTests/Fixtures/flamingo-*: small random checkpoints and what the public open_flamingo code makes of them.

usage: make_flamingo_fixtures.py OPEN_FLAMINGO [OUT]
OPEN_FLAMINGO is a checkout of https://github.com/mlfoundations/open_flamingo (its folder open_flamingo/src is read, nothing is kept of it).
Needs: torch, transformers, safetensors, einops, einops-exts. Run once; the files are committed. Each folder holds config.json,
model.safetensors, and expected.safetensors: pictures, the vision tokens of each, a prompt with marks for them, its logits, and what greedy
decoding and a beam search write.
"""
import functools
import importlib
import json
import pathlib
import sys
import types

import torch
from safetensors.torch import save_file
from transformers import CLIPVisionConfig, CLIPVisionModel, LlamaConfig, LlamaForCausalLM

VOCABULARY, MEDIA, CHUNK = 96, 94, 95
MEAN = torch.tensor([0.48145466, 0.4578275, 0.40821073])
DEVIATION = torch.tensor([0.26862954, 0.26130258, 0.27577711])
# name: sizes of the parts, and the searches' options
MODELS = {
    "every": dict(patch=7, activation="quick_gelu", latents=6, depth=2, heads=4, size=8, every=1, layers=2, kind=torch.float32,
                  beam=dict(num_beams=3, length_penalty=1.0)),
    "second": dict(patch=14, activation="gelu", latents=18, depth=1, heads=2, size=18, every=2, layers=4, kind=torch.bfloat16,
                   beam=dict(num_beams=4, length_penalty=-0.5, no_repeat_ngram_size=2, repetition_penalty=1.3, early_stopping=True)),
}


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


def write(folder, public, latents, depth, heads, size, every, layers, kind, beam, patch, activation):
    helpers, flamingo, flamingo_lm, utils = public
    torch.manual_seed(sum(folder.name.encode()))
    vision = CLIPVisionConfig(hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=3, image_size=28, patch_size=patch,
                              hidden_act=activation, initializer_range=0.2, attn_implementation="eager")
    text = LlamaConfig(vocab_size=VOCABULARY, hidden_size=32, intermediate_size=44, num_hidden_layers=layers, num_attention_heads=4,
                       num_key_value_heads=4, max_position_embeddings=256, bos_token_id=0, eos_token_id=1, pad_token_id=0, initializer_range=0.2,
                       tie_word_embeddings=False, attn_implementation="eager")
    clip, language = CLIPVisionModel(vision), LlamaForCausalLM(text)
    utils.extend_instance(language, flamingo_lm.FlamingoLMMixin)
    language.set_decoder_layers_attr_name("model.layers")
    flamingo.PerceiverResampler = functools.partial(helpers.PerceiverResampler, depth=depth, heads=heads, dim_head=size, num_latents=latents)
    flamingo_lm.GatedCrossAttentionBlock = functools.partial(helpers.GatedCrossAttentionBlock, heads=heads, dim_head=size)
    model = flamingo.Flamingo(types.SimpleNamespace(visual=Patches(clip)), language, CHUNK, MEDIA, vision.hidden_size, every).eval()
    with torch.no_grad():
        for name, p in model.named_parameters():  # gates and norms too, so that none can be forgotten
            spread = 0.5 if name.endswith("gate") else 0.1 if p.dim() < 2 else 0.15
            p.copy_((p + spread * torch.randn_like(p)).to(kind).float())
    state = {}
    for name, tensor in model.state_dict().items():
        name = name.removeprefix("vision_encoder.clip.")
        if name.startswith("lang_encoder.old_decoder_blocks."):
            name = name.replace("old_decoder_blocks", "model.layers")
        elif ".decoder_layer." in name or ".gated_cross_attn_layer." in name:
            continue  # the same parameters under another name
        if "position_ids" in name or "inv_freq" in name:
            continue
        state[name if name.startswith(("perceiver", "lang_encoder", "vision_model")) else f"vision_model.{name}"] = tensor.to(kind).contiguous().clone()
    folder.mkdir(parents=True, exist_ok=True)
    save_file(state, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps({
        "model_type": "flamingo", "vision": {"model_type": "clip_vision_model"} | {k: getattr(vision, k) for k in (
            "image_size", "patch_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "hidden_act", "layer_norm_eps")},
        "resampler": {"layers": depth, "heads": heads, "head_size": size, "latents": latents, "feed_forward": 4},
        "cross_attention": {"every": every, "heads": heads, "head_size": size},
        "media_token": MEDIA, "end_of_chunk_token": CHUNK,
        "text": {"model_type": "llama"} | {k: getattr(text, k) for k in (
            "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads",
            "max_position_embeddings", "rms_norm_eps", "tie_word_embeddings", "eos_token_id")},
    }, indent=1) + "\n")

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
    (folder / "beam.json").write_text(json.dumps(beam) + "\n")
    save_file({"pixels": pixels.float().contiguous(), "vision_tokens": tokens.contiguous(), "prompt": prompt[0].float(), "logits": logits.contiguous(),
               "greedy": greedy.float(), "beam": beams.float()}, folder / "expected.safetensors")
    print(folder.name, "greedy", greedy.tolist(), "beam", beams.tolist())


if __name__ == "__main__":
    public = public_code(pathlib.Path(sys.argv[1]))
    out = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else pathlib.Path(__file__).parents[2] / "Tests/NeuralTests/Fixtures"
    for name, sizes in MODELS.items():
        write(out / f"flamingo-{name}", public, **sizes)
