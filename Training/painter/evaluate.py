"""Measures the painter with the independent checker on held-out scenes, and the checker itself on drawn ones.

The checker's own share of right attributes on drawings (which are right by construction) bounds what it can say.
"""

import argparse
import json
import random
from pathlib import Path

from captions import caption_and_claim
from draw import draw
from judge import judge, tally
from painter import Painter, contact_sheet
from world import random_scene

BATCH = 40


def wishes(count, seed):
    """`count` held-out scenes with a caption each and whether it names the background."""
    rng = random.Random(seed)
    scenes = [random_scene(rng, held_out=True) for _ in range(count)]
    return [(scene, *caption_and_claim(scene, rng)) for scene in scenes]


def report(name, marks):
    """The tally as a dictionary, and in words on standard output."""
    attributes, right, asked, perfect = tally(marks)
    print(f"{name}: {right / asked:.2%} of {asked} attributes, {perfect / len(marks):.2%} of {len(marks)} pictures wholly right")
    for attribute, (good, all_) in attributes.items():
        print(f"  {attribute:<12}{good / all_:.2%} of {all_}")
    return {
        "pictures": len(marks), "attributes": round(right / asked, 4), "wholly_right": round(perfect / len(marks), 4),
        **{attribute: round(good / all_, 4) for attribute, (good, all_) in attributes.items()},
    }


def evaluate(checkpoint, count, sheet=None, seed=2024, **settings):
    asked = wishes(count, seed)
    rng = random.Random(1)
    checker = report("checker on drawings", [judge(scene, draw(scene, rng), claim) for scene, _, claim in asked])
    painter, pictures = Painter(checkpoint), []
    for at in range(0, count, BATCH):
        pictures += list(painter.paint([text for _, text, _ in asked[at : at + BATCH]], seed=at, **settings))
    painted = report("painter on held-out prompts", [judge(s, p, claim) for (s, _, claim), p in zip(asked, pictures)])
    if sheet:
        contact_sheet(pictures[:64]).save(sheet)
        sheet.with_suffix(".txt").write_text("\n".join(text for _, text, _ in asked[:64]))
    return {"checker": checker, "painter": painted}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--seed", type=int, default=2024, help="of the prompts; settings were chosen with another one, 7")
    parser.add_argument("--scale", type=float)
    parser.add_argument("--temperature", type=float)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    settings = {"condition_scale": arguments.scale, "temperature": arguments.temperature}
    result = evaluate(arguments.checkpoint, arguments.count, arguments.sheet, arguments.seed, **{k: v for k, v in settings.items() if v is not None})
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2) + "\n")
