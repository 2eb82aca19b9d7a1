"""Trains the pocket Flamingo from nothing: `train.py`.

First it learns to look (look.py), then to read and answer with what it sees kept (read.py), then both together where that is given
minutes. The state is kept in runs/ every two minutes and resumed from there. One thread.
"""

import argparse
import os
import random
import sys
from pathlib import Path

HERE = Path(__file__).parent
# Large buffers must stay with the allocator, or page faults take most of each step.
ALLOCATOR = {"MALLOC_MMAP_THRESHOLD_": str(2**32), "MALLOC_TRIM_THRESHOLD_": str(2**33), "GOMP_SPINCOUNT": "0"}
if not all(key in os.environ for key in ALLOCATOR):
    os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | ALLOCATOR)

import torch

import evaluate
import look
import read
import words
from flamingo import CONFIG, Flamingo
from scenes import kept_scenes
from state import Budget, Keeper
from tasks import Album, episode

PHASES = ("look", "read", "both")


def corpus(album, count):
    """Texts for the tokenizer."""
    rng = random.Random("tokenizer")
    for _ in range(count):
        for turn in episode(album, rng, 2):
            yield turn.opening
            yield f" {turn.answer}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, default=HERE / "runs")
    parser.add_argument("--minutes", type=float, nargs=3, default=(10, 25, 0), metavar=PHASES)
    parser.add_argument("--wall", action="store_true", help="minutes of the clock on the wall instead of the processor's")
    parser.add_argument("--scenes", type=int, default=16_000)
    parser.add_argument("--batch", type=int, default=2048, help="tokens a step")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.backends.cuda.enable_flash_sdp(False)  # for the processor too: its way back takes half of each step there
    torch.manual_seed(0)
    runs = arguments.runs
    runs.mkdir(parents=True, exist_ok=True)
    pictures, known = kept_scenes(runs / "scenes.pickle", "training", arguments.scenes)
    unseen, unseen_known = kept_scenes(runs / "held-out.pickle", "held out", 1_000, held_out=True)
    album, unseen_album = Album(known), Album(unseen_known)
    if not (runs / "tokenizer.json").exists():
        words.train(corpus(album, 20_000), CONFIG["text"]["vocab_size"]).save(str(runs / "tokenizer.json"))
    speech = words.Words(runs / "tokenizer.json")
    model, heads = Flamingo(), look.Heads(CONFIG["vision"]["hidden_size"])
    print(sum(p.numel() for p in model.parameters()) / 1e6, "M parameters", flush=True)

    path, saved = runs / "state.pt", None
    if path.exists():
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        heads.load_state_dict(saved["heads"])
    begun = PHASES.index(saved["phase"]) + saved["is_done"] if saved else 0
    for phase, minutes in list(zip(PHASES, arguments.minutes))[begun:]:
        budget = Budget(minutes, arguments.wall)
        if saved and saved["phase"] == phase:
            budget.before, budget.steps, budget.optimisers = saved["spent"], saved["steps"], saved["optimisers"]
        keeper = Keeper(path, phase, {"model": model, "heads": heads}, budget)
        if phase == "look":
            look.learn(model, heads, pictures, known, budget, 3e-3, 32, keeper.step)
            print(look.accuracy(model, heads, unseen, unseen_known), flush=True)
        elif phase == "read":
            if not (runs / "tokens.pt").exists():
                torch.save(look.kept_tokens(model, pictures, 2), runs / "tokens.pt")
            tokens = torch.load(runs / "tokens.pt")
            shown = lambda rows: tokens[torch.randint(0, 2, rows.shape), rows]
            parts = [(n, p) for n, p in model.named_parameters() if n.startswith("lang_encoder.")]
            read.learn(model, speech, album, shown, parts, budget, 3e-3, arguments.batch, keeper.step)
        else:
            generator = torch.Generator().manual_seed(budget.steps)

            def looked(rows):
                once, place = rows.unique(return_inverse=True)
                return model.perceiver(model.vision_model(look.normalised(look.changed(torch.from_numpy(pictures[once.numpy()]), generator))))[place]

            read.learn(model, speech, album, looked, list(model.named_parameters()), budget, 1e-3, arguments.batch, keeper.step)
        keeper.save(is_done=True)
        if phase != "look":
            print(evaluate.table(evaluate.measured(model, speech, unseen_album, unseen, 200)), flush=True)


if __name__ == "__main__":
    main()
