"""Measures a pocket Flamingo on scenes, forms and words that no training has seen: `evaluate.py FOLDER`, or `--runs` for a training's state.

An answer counts as right when it is word for word what it should be; greedy. Of captions each attribute counts.
"""

import argparse
import json
import random
from collections import defaultdict
from pathlib import Path

import torch

import tasks
from flamingo import CHUNK, Flamingo
from forms import HELD_OUT, TRAINING
from read import filled
from plot import plot
from scenes import VALUES, kept_scenes, scenes, truth
from sentences import Style, caption
from words import Words

EXAMPLES = (0, 1, 2, 4, 8)
GROUPS = {
    "usual forms": [lambda *given, kind=kind: kind(*given, TRAINING) for kind in (
        tasks.captions, tasks.one_field, tasks.several_fields, tasks.yes_or_no, tasks.questions)],
    "unseen forms": [lambda *given, kind=kind: kind(*given, HELD_OUT) for kind in (
        tasks.captions, tasks.one_field, tasks.several_fields, tasks.yes_or_no, tasks.questions)],
    "unseen words for values": [lambda *given: tasks.new_labels(*given, TRAINING, held_out=True)],
    "unseen words for yes and no": [lambda *given: tasks.yes_or_no(*given, TRAINING, held_out=True)],
}
NAMES = ("caption", "one field", "several fields", "yes or no", "questions")


@torch.no_grad()
def measured(model, words, album, pictures, count):
    """Share of answers right by kind and number of examples: {(group, kind): {examples: (share, answers)}}."""
    tokens = torch.cat([model.look(torch.from_numpy(pictures[i : i + 200])) for i in range(0, len(pictures), 200)])
    result = {}
    for group, kinds in GROUPS.items():
        for place, kind in enumerate(kinds):
            rng, hits = random.Random(f"measured {group} {place}"), defaultdict(list)
            for _ in range(0, count, 20):
                turns = [kind(album, rng, max(EXAMPLES) + 1) for _ in range(20)]
                text, _, rows = filled([words.encode(one) for one in turns])
                right = model.logits(model.states(text, tokens[rows])).argmax(-1)[:, :-1] == text[:, 1:]
                for row, one in enumerate(turns):
                    end = 0
                    for number, turn in enumerate(one):
                        own, marks, _ = words.encode([turn])
                        start, end = end + len(own) - sum(marks), end + len(own)
                        if turn.counts and number in EXAMPLES:
                            hits[number].append(bool(right[row, start - 1 : end - 1].all()))
            result[group, NAMES[place] if len(kinds) > 1 else ""] = {n: (sum(h) / len(h), len(h)) for n, h in sorted(hits.items())}
    return result


@torch.no_grad()
def written(model, words, openings, pictures, limit=60):
    """What it writes after each opening, greedily. `pictures`: vision tokens of each opening's [n][latents][width]."""
    texts = [words.tokenizer.encode(opening).ids for opening in openings]
    starts, over = [len(text) for text in texts], [False] * len(texts)
    most = max(len(p) for p in pictures)
    tokens = torch.stack([torch.cat([p, p[-1:].expand(most - len(p), -1, -1)]) for p in pictures])
    for _ in range(limit):
        longest = max(len(text) for text in texts)
        batch = torch.tensor([text + [2] * (longest - len(text)) for text in texts])
        states = model.states(batch, tokens)[torch.arange(len(texts)), torch.tensor([len(text) - 1 for text in texts])]
        for i, token in enumerate(model.logits(states).argmax(-1).tolist()):
            if not over[i]:
                over[i] = token == CHUNK
                texts[i] += [] if over[i] else [token]
        if all(over):
            break
    return [words.decode(text[start:]).strip() for text, start in zip(texts, starts)]


def attributes(known):
    """What a full caption says, as {attribute: words}, read off a caption's text the same way for what is right and what was written."""
    text = known.removesuffix(".")
    body, _, ground = text.partition(" on a ")
    said = {"background": ground.removesuffix(" background")}
    body, _, said["arrangement"] = body.partition(" in a ")
    for relation in (" above ", " to the left of ", " inside "):
        if relation in body:
            said["relation"] = relation
            break
    said.setdefault("relation", "")
    for g, part in enumerate(body.split(said["relation"]) if said["relation"] else [body]):
        for word in part.split():
            for field in ("size", "texture", "colour"):
                if word in VALUES[field]:
                    said[f"{field} {g}"] = word
        said.setdefault(f"size {g}", "")
        said.setdefault(f"texture {g}", "")
        said[f"count {g}"], said[f"shape {g}"] = (part.split() or [""])[0].replace("an", "a"), (part.split() or [""])[-1].removesuffix("s")
    return said


@torch.no_grad()
def captions(model, words, album, pictures, count, examples):
    """Of captions after so many examples in the usual style: {attribute: (right, all)}, and the share wholly right."""
    rng, hits, whole = random.Random(f"captions {examples}"), defaultdict(list), []
    for _ in range(0, count, 50):
        turns = [[rng.choice(album.all) for _ in range(examples + 1)] for _ in range(50)]
        texts = ["".join(f"<image>An image of {caption(album.known[i], Style())}<|endofchunk|>" for i in one[:-1]) + "<image>An image of"
                 for one in turns]
        said = written(model, words, texts, [model.look(torch.from_numpy(pictures[one])) for one in turns])
        for one, text in zip(turns, said):
            right = attributes(caption(album.known[one[-1]], Style()))
            got = attributes(text)
            whole.append(text == caption(album.known[one[-1]], Style()))
            for name, words_ in right.items():
                hits[name.split()[0]].append(got.get(name) == words_)
    return {name: (sum(h), len(h)) for name, h in hits.items()}, sum(whole) / len(whole)


def table(result):
    lines = ["| | " + " | ".join(f"{n} examples" for n in EXAMPLES) + " |", "|---|" + "---|" * len(EXAMPLES)]
    for (group, kind), shares in result.items():
        cells = [f"{shares[n][0]:.0%}" if n in shares and shares[n][1] >= 10 else "–" for n in EXAMPLES]
        lines.append(f"| {group}{': ' if kind else ''}{kind} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def loaded(folder):
    """(model, words) of an exported folder."""
    from safetensors.torch import load_file

    model = Flamingo(json.loads((folder / "config.json").read_text()))
    state = {name: tensor.float() for name, tensor in load_file(folder / "model.safetensors").items()}
    model.load_state_dict(state)
    return model, Words(folder / "tokenizer.json")


def averages(result):
    """Of a group's kinds together, where each was asked often enough: {group: {examples: share}}."""
    lines = {}
    for group in GROUPS:
        for n in EXAMPLES:
            hits = [shares[n] for (g, _), shares in result.items() if g == group and n in shares and shares[n][1] >= 10]
            if hits and (n > 1 or group == "usual forms"):
                lines.setdefault(group, {})[n] = sum(share * count for share, count in hits) / sum(count for _, count in hits)
    return lines


def painted(model, words, count):
    """Captions of what the pocket painter paints, against what it was asked for: the share of attributes that both name alike."""
    import numpy as np
    import world
    from painter import Painter
    from PIL import Image

    rng, right, all_ = random.Random("painted"), 0, 0
    painter = Painter(Path(__file__).parents[2] / "Sources/PocketModels/Weights/painter")
    asked = []
    while len(asked) < count:
        scene = world.random_scene(rng)
        if scene.relation != "next to":  # which of the two comes first is the painter's to say
            asked.append(truth(scene, world.centres(scene, rng)))
    for at in range(0, count, 20):
        part = asked[at : at + 20]
        pictures = painter.paint([caption(known, Style(ending="")) for known in part], seed=at)
        small = np.stack([np.asarray(Image.fromarray(picture).reduce(2)) for picture in pictures])
        for known, text in zip(part, written(model, words, ["<image>An image of"] * len(part), list(model.look(torch.from_numpy(small))[:, None]))):
            wanted, got = attributes(caption(known)), attributes(text)
            right, all_ = right + sum(got.get(name) == word for name, word in wanted.items()), all_ + len(wanted)
    return right / all_


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--runs", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--painted", type=int, default=0, help="pictures that the pocket painter paints for it")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if arguments.runs:
        model, words = Flamingo(), Words(arguments.runs / "tokenizer.json")
        model.load_state_dict(torch.load(arguments.runs / "state.pt")["model"])
        pictures, known = kept_scenes(arguments.runs / "held-out.pickle", "held out", 1_000, held_out=True)
    else:
        (model, words), (pictures, known) = loaded(arguments.folder), scenes("held out", 1_000, held_out=True)
    album = tasks.Album(known)
    result = measured(model, words, album, pictures, arguments.count)
    print(table(result))
    lines = averages(result)
    for examples in (0, 2, 4, 8):
        right, whole = captions(model, words, album, pictures, min(arguments.count, 200), examples)
        total = sum(h for h, _ in right.values()) / sum(n for _, n in right.values())
        lines.setdefault("attributes of captions", {})[examples] = total
        print(f"captions after {examples}: {total:.1%} of attributes, {whole:.0%} wholly;", {n: f"{h / c:.0%}" for n, (h, c) in right.items()}, flush=True)
    if arguments.plot:
        arguments.plot.write_text(plot(lines, EXAMPLES))
    if arguments.painted:
        print(f"of what the pocket painter was asked for, {painted(model, words, arguments.painted):.1%} of the attributes are in the captions")


if __name__ == "__main__":
    main()
