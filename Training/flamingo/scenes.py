"""Scenes of the painter's world as the Flamingo is shown them: pictures of 64×64 pixels, and what is true of each.

Of what can be said in two ways only one is true here: the first group is the upper, the left or the inner one, and a size or an
arrangement is told only where it can be seen.
"""

import pickle
import random
import sys
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.append(str(Path(__file__).parents[1] / "painter"))
import world
from draw import draw
from palette import BACKGROUNDS, COLOURS, SHAPES, TEXTURES

SIDE = 64
SIZES = ("small", "medium", "large")
VALUES = {
    "count": (1, 2, 3, 4), "colour": tuple(COLOURS), "shape": SHAPES, "texture": TEXTURES, "size": SIZES, "background": tuple(BACKGROUNDS),
    "across": ("left", "middle", "right"), "down": ("top", "middle", "bottom"), "relation": ("", "above", "left of", "inside"),
    "arrangement": ("", "row", "column"),
}


def truth(scene, places):
    """What is true of a scene whose groups stand at `places`: "groups", and by name the values of VALUES that hold for all of it.

    A group has count, colour, shape, texture, size (None where it cannot be seen), and for training places and radius in pixels.
    """
    groups = []
    for group, at in zip(scene.groups, places):
        size = None if scene.relation == "inside" else group.size or "medium"
        groups.append({"count": group.count, "colour": group.colour, "shape": group.shape, "texture": group.texture, "size": size,
                       "places": at, "radius": world.radius(scene, group)})
    known = {"groups": groups, "background": scene.background, "relation": "", "arrangement": scene.arrangement, "across": None, "down": None}
    if scene.relation == "inside":
        known["relation"] = "inside"
    elif scene.second is not None:
        (x, y), (a, b) = (np.mean(at, axis=0) for at in places)
        known["relation"] = "above" if abs(y - b) > abs(x - a) else "left of"
        if (y > b) if known["relation"] == "above" else (x > a):
            groups.reverse()
    elif scene.first.count == 2 and not scene.arrangement:
        known["arrangement"] = "row"
    elif scene.first.count == 1:
        x, y = places[0][0]
        known["across"] = "left" if x <= 48 else "right" if x >= 80 else "middle"
        known["down"] = "top" if y <= 48 else "bottom" if y >= 80 else "middle"
    return known


def value(known, field):
    """Of the first group, or of the whole; None where it cannot be seen."""
    first = known["groups"][0]
    return first[field] if field in first else known[field]


def scenes(seed, count, held_out=False):
    """Pictures uint8 [count, 64, 64, 3] and what is true of each."""
    rng = random.Random(seed)
    pictures, known = np.empty((count, SIDE, SIDE, 3), np.uint8), []
    for i in range(count):
        scene = world.random_scene(rng, held_out)
        state = rng.getstate()
        places = world.centres(scene, rng)
        rng.setstate(state)
        pictures[i] = np.asarray(Image.fromarray(draw(scene, rng)).reduce(world.PIXELS // SIDE))
        known.append(truth(scene, places))
    return pictures, known


def kept_scenes(path, seed, count, held_out=False):
    """The same, read from a file or drawn into it."""
    if not path.exists():
        path.write_bytes(pickle.dumps(scenes(seed, count, held_out)))
    return pickle.loads(path.read_bytes())
