"""A question about a picture by Neural and by the public open_flamingo code, in turn, on the same random model.

usage: flamingo_vs_pytorch.py OPEN_FLAMINGO FLAMINGOBENCH [THREADS]
OPEN_FLAMINGO is a checkout of https://github.com/mlfoundations/open_flamingo, FLAMINGOBENCH the built command.
Needs what Training/parity/make_flamingo_fixtures.py needs. Prints a table: seconds, and processor seconds, which a busy machine changes least.
"""
import json
import pathlib
import resource
import subprocess
import sys
import tempfile
import time
import types

import torch
from transformers import CLIPVisionConfig, CLIPVisionModel, MptConfig, MptForCausalLM

repository = pathlib.Path(__file__).resolve().parents[1]
sys.path.append(str(repository / "Training/parity"))
import make_flamingo_fixtures as fixtures  # noqa: E402

EXAMPLES, TOKENS, BEAMS = 4, 20, 3
CHUNK = "What is this? Three red squares."
QUESTION = "What is this?"


def model(public):
    """A vision encoder of 257 places, 64 latents, a gated layer before each layer of an MPT."""
    helpers, flamingo, flamingo_lm, utils = public
    torch.manual_seed(1)
    vision = CLIPVisionConfig(hidden_size=512, intermediate_size=2048, num_hidden_layers=6, num_attention_heads=8, image_size=224, patch_size=14)
    text = MptConfig(vocab_size=fixtures.VOCABULARY, d_model=512, n_heads=8, n_layers=6, max_seq_len=1024, no_bias=True, eos_token_id=1)
    clip, language = CLIPVisionModel(vision), MptForCausalLM(text)
    utils.extend_instance(language, flamingo_lm.FlamingoLMMixin)
    language.set_decoder_layers_attr_name("transformer.blocks")
    made = flamingo.Flamingo(types.SimpleNamespace(visual=fixtures.Patches(clip)), language, fixtures.CHUNK, fixtures.MEDIA, 512, 1).eval()
    with torch.no_grad():
        for name, weights in made.named_parameters():
            if name.endswith("gate"):
                weights.fill_(0.5)
        made.lang_encoder.get_input_embeddings().weight[[1, fixtures.CHUNK]] = 0  # what ends a text is never likely: all are equally long
    return made, clip, text


def publish(made, clip, text, folder):
    with tempfile.TemporaryDirectory() as parts:
        parts = pathlib.Path(parts)
        fixtures.publish(parts, made, text, "transformer.blocks", clip, torch.float32, is_early=False)
        subprocess.run([sys.executable, fixtures.open_flamingo.__file__, folder, "--flamingo", parts / "checkpoint.pt", "--language",
                        parts / "language", "--vision", parts / "vision", "--every", "1", "--numbers", "f32"], check=True, stdout=sys.stderr)


def ask(made):
    """Seconds and processor seconds of one question; the public code remembers nothing from one to the next."""
    letters = fixtures.tokenizer()["model"]["vocab"]
    words = lambda text: [letters[letter] for letter in text.replace(" ", "Ġ")]
    prompt = ([fixtures.MEDIA] + words(CHUNK) + [fixtures.CHUNK]) * EXAMPLES + [fixtures.MEDIA] + words(QUESTION)
    prompt = torch.tensor([prompt])
    pictures = torch.randn(1, EXAMPLES + 1, 1, 3, 224, 224)
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_utime, time.monotonic()
    with torch.no_grad():
        written = made.generate(pictures, prompt, attention_mask=torch.ones_like(prompt), max_new_tokens=TOKENS, num_beams=BEAMS, pad_token_id=0,
                                do_sample=False, use_cache=True).shape[1] - prompt.shape[1]
    assert written == TOKENS, f"it wrote {written} tokens"
    return time.monotonic() - start, resource.getrusage(resource.RUSAGE_SELF).ru_utime - before


def main():
    threads = int(sys.argv[3]) if len(sys.argv) > 3 else 2
    torch.set_num_threads(threads)
    made, clip, text = model(fixtures.public_code(pathlib.Path(sys.argv[1])))
    print(f"{sum(weights.numel() for weights in made.parameters()) / 1e6:.0f} million weights, {threads} threads")
    with tempfile.TemporaryDirectory() as folder:
        publish(made, clip, text, folder)
        ask(made)
        theirs = sorted(ask(made) for _ in range(3))[1]
        ours = json.loads(subprocess.run(
            [sys.argv[2], folder, str(threads), str(EXAMPLES), str(TOKENS), str(BEAMS)], check=True, capture_output=True, text=True).stdout)
    print(f"| | seconds | processor seconds |\n|---|---|---|\n| public code, PyTorch {torch.__version__} | {theirs[0]:.2f} | {theirs[1]:.2f} |")
    print(f"| Neural, a task asked by for the first time | {ours['first']:.2f} | {ours['first_processor']:.2f} |")
    print(f"| Neural, another picture by the same task | {ours['again']:.2f} | {ours['again_processor']:.2f} |")


if __name__ == "__main__":
    main()
