"""Measures the shipped base on fresh exchanges, and with `--troupe` how well the three trained clones are told apart."""

import argparse
import json
import random
import subprocess
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file

import manners
import talk
from model import GPT2
from pairs import Tokens, pair
from tell_apart import Classifier, lines_of


def loaded(folder):
    model = GPT2(json.loads((folder / "config.json").read_text()))
    weights = load_file(folder / "model.safetensors")
    model.load_state_dict({name.removeprefix("transformer."): tensor.float() for name, tensor in weights.items()})
    return model.eval()


@torch.no_grad()
def loss(model, tokens, count):
    """Of the answers' tokens, in nats."""
    rng, total, size = random.Random("evaluation"), 0.0, 0
    for _ in range(count):
        ids, first, _ = tokens.encode(*pair(rng))
        logits = model.logits(model.states(torch.tensor([ids[:-1]])))[0, first - 1 :]
        total += F.cross_entropy(logits, torch.tensor(ids[first:]), reduction="sum").item()
        size += len(ids) - first
    return total / size


@torch.no_grad()
def answer(model, tokens, message, rng, temperature=0.9, share=0.95):
    ids = [tokens.end] + tokens.ids(message)[-48:] + tokens.ids("\n")
    start = len(ids)
    while len(ids) < start + 60:
        odds = (model.logits(model.states(torch.tensor([ids])))[0, -1] / temperature).softmax(-1)
        sorted_odds, order = odds.sort(descending=True)
        kept = sorted_odds.cumsum(-1) - sorted_odds < share
        token = rng.choices(order[kept].tolist(), sorted_odds[kept].tolist())[0]
        if token == tokens.end:
            break
        ids.append(token)
    return tokens.bpe.decode(ids[start:])


@torch.no_grad()
def likeliest(model, tokens, message):
    """(the answer of the likeliest tokens, how much likelier than the next each was at least, in nats)."""
    ids = [tokens.end] + tokens.ids(message)[-48:] + tokens.ids("\n")
    start, least = len(ids), float("inf")
    while len(ids) < start + 60:
        (first, second), (token, _) = (x.tolist() for x in model.logits(model.states(torch.tensor([ids])))[0, -1].topk(2))
        least = min(least, first - second)
        if token == tokens.end:
            break
        ids.append(token)
    return tokens.bpe.decode(ids[start:]), least


def to_the_point(model, tokens, count, show):
    """Of answers to messages about one thing, how many name it: (the model's, the inventor's, the model's to another message)."""
    rng, said, named, wanted, by_chance = random.Random("topics"), [], 0, 0, 0
    for _ in range(count):
        act = rng.choice(["like", "like", "love", "hate", "choose", "feel"])
        one, other = manners.draw(rng), manners.draw(rng)
        text, found = manners.utterance(rng, one, talk.opening(rng, act)[:1], "you")
        said.append((found[0].topic, answer(model, tokens, text, rng)))
        wanted += found[0].topic in manners.utterance(rng, other, talk.answer(rng, found[0]))[0].lower()
        if len(said) <= show:
            print(f"  {text!r} -> {said[-1][1]!r}")
    for (topic, _), (_, written), (_, strange) in zip(said, said, said[1:] + said[:1]):
        named += topic in written.lower()
        by_chance += topic in strange.lower()
    return named / count, wanted / count, by_chance / count


def told_apart(troupe, config, folder, count):
    """Of lines that the trained clones answer to fresh messages, how many are told: all, and of each."""
    export = lines_of(folder / "export.json")
    classifier, rng = Classifier(export), random.Random("visitors")
    people = {"Wick": "9001", "Crumb": "9002", "Quill": "9003"}
    said = {}
    for name, person in people.items():
        messages = [manners.utterance(rng, manners.draw(rng), talk.opening(rng))[0] for _ in range(count)]
        done = subprocess.run(
            [troupe, "clone", "talk", person, *config], input="\n".join(messages) + "\n", capture_output=True, text=True, check=True)
        said[name] = [line.split(": ", 1)[1] for line in done.stdout.splitlines() if line.startswith(f"AI of @{name}: ")]
        said[name] = [line for line in said[name] if line != "(nothing that may be said)"]
        for message, line in list(zip(messages, said[name]))[:8]:
            print(f"  {message!r} -> {name}: {line!r}")
    return classifier.right(said), {name: (len(lines), classifier.right({name: lines})) for name, lines in said.items()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--show", type=int, default=12)
    parser.add_argument("--likeliest", nargs="+", help="only answer these, by the likeliest tokens")
    parser.add_argument("--troupe", help="the command; its database has the trained cast")
    parser.add_argument("--database", default="sqlite:troupe.db")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if arguments.troupe:
        right, each = told_apart(arguments.troupe, ["--database", arguments.database], arguments.folder, arguments.count)
        print(f"told apart: {right:.1%}", {name: f"{share:.1%} of {size}" for name, (size, share) in each.items()})
        raise SystemExit
    model, tokens = loaded(arguments.folder), Tokens(arguments.folder)
    for message in arguments.likeliest or []:
        print("{!r} -> {!r}, by {:.2f}".format(message, *likeliest(model, tokens, message)))
    if not arguments.likeliest:
        print(f"loss of fresh answers: {loss(model, tokens, 2_000):.3f} nats a token")
        named, wanted, by_chance = to_the_point(model, tokens, arguments.count, arguments.show)
        print(f"answers that name what was spoken of: {named:.0%}; the inventor's own: {wanted:.0%}; answers to another message: {by_chance:.0%}")
