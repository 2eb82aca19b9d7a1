"""Learning an adapter and speaking with it: Neural in turn with PyTorch and peft, on the same random GPT-2.

usage: clones_vs_peft.py BENCH [--size small|124m] [--threads 2] [--steps 8]      needs: torch, transformers, peft
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

SIZES = {"small": dict(n_embd=192, n_layer=4, n_head=6, vocab_size=2048), "124m": dict()}
ROWS, LENGTH, RANK = 8, 64, 8


def write_base(place, size):
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel
    torch.manual_seed(1)
    GPT2LMHeadModel(GPT2Config(**SIZES[size])).save_pretrained(place)
    # A vocabulary of bytes, and of names for the rest: only its size counts here.
    letters = [chr(c) for c in [*range(33, 127), *range(161, 173), *range(174, 256), *range(256, 324)]]
    count = json.loads((place / "config.json").read_text())["vocab_size"]
    names = letters + [f"{a}{b}{c}" for a in letters for b in letters for c in "abc"]
    (place / "vocab.json").write_text(json.dumps({name: i for i, name in enumerate(names[:count])}))
    (place / "merges.txt").write_text("#version: 0.2\n")


def peer(place, threads, steps):
    """Tokens a second of the same learning in PyTorch: the median step, and the best."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import GPT2LMHeadModel
    torch.set_num_threads(threads)
    model = get_peft_model(GPT2LMHeadModel.from_pretrained(place), LoraConfig(
        task_type="CAUSAL_LM", fan_in_fan_out=True, r=RANK, lora_alpha=16, target_modules=["c_attn", "c_proj", "c_fc"]))
    optimiser = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=2e-3)
    seconds, spent = [], []
    for step in range(steps):
        started, spent_before = time.perf_counter(), time.process_time()
        tokens = torch.tensor([[(i * 7 + (step * ROWS + row) % 32 * 13 + 5) % 200 for i in range(LENGTH + 1)] for row in range(ROWS)])
        optimiser.zero_grad()
        logits = model(tokens[:, :-1]).logits
        torch.nn.functional.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten()).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1)
        optimiser.step()
        seconds.append(time.perf_counter() - started)
        spent.append(time.process_time() - spent_before)
    seconds, spent = sorted(seconds[1:]), sorted(spent[1:])
    print(json.dumps({
        "tokens_per_second": ROWS * LENGTH / seconds[len(seconds) // 2], "best_tokens_per_second": ROWS * LENGTH / seconds[0],
        "tokens_per_processor_second": ROWS * LENGTH / spent[len(spent) // 2]}))


def run(*command):
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bench")
    parser.add_argument("--size", choices=SIZES, default="124m")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--peer", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peer:
        return peer(options.peer, options.threads, options.steps)
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        write_base(place, options.size)
        for turn in range(2):
            ours = run(options.bench, "train", folder, str(options.threads), str(options.steps), str(RANK))
            theirs = run(sys.executable, __file__, options.bench, "--peer", folder, "--threads", str(options.threads), "--steps", str(options.steps))
            for kind in ("tokens_per_second", "best_tokens_per_second", "tokens_per_processor_second"):
                print(f"{kind}: ours {ours[kind]:.0f}, PyTorch with peft {theirs[kind]:.0f}, ratio {ours[kind] / theirs[kind]:.2f}", flush=True)
        for what in ("speak", "hold"):
            print(json.dumps(run(options.bench, what, folder, str(options.threads))))


if __name__ == "__main__":
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    main()
