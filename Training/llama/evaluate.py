"""Talks with a trained pocket Llama and counts what it says right: `evaluate.py [FOLDER OR runs/state.pt]`.

Everything is held out: names, values, sums and frames that no training dialogue has. The model answers greedily, each message
with its own earlier answers before it, as people meet it.
"""

import argparse
import json
import random
from collections import defaultdict
from pathlib import Path

import torch
from safetensors.torch import load_file

import chat_tokens
from dialogues import dialogue, recall_dialogue
from model import CONFIG, Llama

HERE = Path(__file__).parent


def load(path):
    path = Path(path)
    model = Llama().eval()
    if path.is_dir():
        weights, tokenizer = load_file(path / "model.safetensors"), path / "tokenizer.json"
    else:
        weights, tokenizer = torch.load(path)["model"], path.parent / "tokenizer.json"
    model.load_state_dict({name: w.float() for name, w in weights.items()})
    return model, chat_tokens.ChatTokens(tokenizer)


@torch.no_grad()
def answer(model, tokens, messages, longest=120):
    ids, _ = tokens.encode(messages, ask=True)
    ids = ids[-(CONFIG["max_position_embeddings"] - longest):]
    past, x, start, written = [[] for _ in model.model.layers], ids, 0, []
    while len(written) < longest:
        states = model.states(torch.tensor([x]), past, start)
        start += len(x)
        token = model.logits(states[:, -1:])[0, -1].argmax().item()
        if token in (tokens.stop, tokens.end):
            break
        written.append(token)
        x = [token]
    return tokens.decode(written)


def talk_through(model, tokens, d, right, wrong, last_only=False):
    """Has the model give every answer of a dialogue; what it said stays in the conversation."""
    said, turn = [], 0
    for role, text in d.messages:
        if role != "assistant":
            said.append((role, text))
            continue
        kind, needle = d.checks[turn]
        turn += 1
        reply = answer(model, tokens, said)
        if not last_only or turn == len(d.checks):
            # Greetings and small talk may be said in several ways: those are right if training knows the reply at all.
            good = reply in ALLOWED.get(kind, ()) or (needle in reply if kind in LOOSE else reply == text)
            right[kind] += good
            wrong[kind].append(None if good else (said[-1][1], text, reply))
        said.append((role, reply))


LOOSE = {"recall", "told", "persona"}
ALLOWED = {}


def allow_small_talk():
    import skills
    ALLOWED["greeting"] = set(skills.HELLO)
    ALLOWED["talk"] = {r for _, replies in skills.TALK for r in replies}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", nargs="?", default=str(HERE / "runs/state.pt"))
    parser.add_argument("--dialogues", type=int, default=60)
    parser.add_argument("--recalls", type=int, default=100)
    parser.add_argument("--seed", default="held out")
    parser.add_argument("--show", type=int, default=2, help="wrong answers shown of each kind")
    parser.add_argument("--json", type=Path, help="writes the counts there")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    allow_small_talk()
    model, tokens = load(arguments.model)
    rng = random.Random(arguments.seed)
    right, wrong = defaultdict(int), defaultdict(list)
    for _ in range(arguments.dialogues):
        talk_through(model, tokens, dialogue(rng, held_out=True), right, wrong)
    counts = {kind: (right[kind], len(wrong[kind])) for kind in sorted(wrong)}
    for kind in ("name", None):
        r, w = defaultdict(int), defaultdict(list)
        for _ in range(arguments.recalls):
            talk_through(model, tokens, recall_dialogue(rng, kind), r, w, last_only=True)
        counts[f"one {kind or 'fact'} told, then asked"] = (r["recall"], len(w["recall"]))
        wrong[f"one {kind or 'fact'}"] = w["recall"]
    for kind, (good, of) in counts.items():
        print(f"{kind:28} {good:4} of {of:4}  {good / of:6.1%}")
    for kind, cases in wrong.items():
        for said, wanted, reply in [c for c in cases if c][: arguments.show]:
            print(f"  {kind}: {said!r}\n      wanted {wanted!r}\n      wrote  {reply!r}")
    if arguments.json:
        arguments.json.write_text(json.dumps(counts, indent=1) + "\n")


if __name__ == "__main__":
    main()
