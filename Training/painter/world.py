"""What a scene is: groups of shapes, their relation, the background; how one is chosen and which are held out.

Pure description: nothing here draws (see draw.py) or speaks (see captions.py).
"""

import hashlib
from dataclasses import dataclass, replace

from palette import BACKGROUNDS, COLOURS, RELATIONS, SHAPES, SIZES, TEXTURES, distance, shade, shows

PIXELS = 128
INSIDE_OUTER = ("circle", "square", "heart", "diamond")
SMALLEST_TEXTURED_RADIUS = 20


@dataclass(frozen=True)
class Group:
    """`count` equal shapes, e.g. three small blue squares."""

    count: int
    size: str
    colour: str
    shape: str
    texture: str = "plain"


@dataclass(frozen=True)
class Scene:
    """One group, or two in a relation, on a background. `arrangement` ("", "row", "column") is for a lone group."""

    first: Group
    background: str
    relation: str = ""
    second: Group | None = None
    arrangement: str = ""

    @property
    def groups(self):
        return (self.first,) if self.second is None else (self.first, self.second)


def _fraction(key):
    """A number in [0, 1) that depends on the text alone."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") / 2**32


def held_out_group(group):
    """3 % of all (count, colour, shape, texture) never occur in training, in whatever company."""
    return _fraction(f"group {group.count} {group.colour} {group.shape} {group.texture}") < 0.03


def is_held_out(scene):
    """Whether the scene holds a held-out group, or is one of the 2 % of pairs that are held out as pairs."""
    if any(held_out_group(group) for group in scene.groups):
        return True
    if scene.second is None:
        return False
    first, second = (f"{g.count} {g.colour} {g.shape} {g.texture}" for g in scene.groups)
    return _fraction(f"pair {first} | {scene.relation} | {second}") < 0.02


# Half extents in pixels by size word. The smallest shape is about 20 pixels across.
RADIUS = {
    "lone 1": {"small": 16, "": 28, "large": 44},
    "lone 2": {"small": 13, "": 20, "large": 28},
    "lone 3": {"small": 12, "": 18, "large": 26},
    "lone 4": {"small": 12, "": 20, "large": 28},
    "line 1": {"small": 13, "": 20, "large": 28},
    "line 2": {"small": 12, "": 18, "large": 26},
    "line 3": {"small": 10, "": 13, "large": 17},
    "line 4": {"small": 10, "": 11.5, "large": 13.5},
    "inside": {"small": 15, "": 15, "large": 46},
}
LINE = {1: (64,), 2: (32, 96), 3: (24, 64, 104), 4: (16, 48, 80, 112)}


def radius_key(scene, group):
    """Which row of RADIUS sizes this group of this scene."""
    if scene.relation == "inside":
        return "inside"
    in_line = scene.relation or scene.arrangement
    return f"{'line' if in_line else 'lone'} {group.count}"


def radius(scene, group):
    """Half extent in pixels of each shape of the group."""
    if scene.relation == "inside":
        return RADIUS["inside"]["large" if group is scene.second else "small"]
    return RADIUS[radius_key(scene, group)][group.size]


def _lone_centres(scene, rng):
    """Centres of a scene with one group: [(x, y)]."""
    group = scene.first
    if group.count == 1:
        reach = {"small": 3, "": 2, "large": 1}[group.size]
        return [(64 + 8 * rng.randint(-reach, reach), 64 + 8 * rng.randint(-reach, reach))]
    reach = {"small": 3, "": 2, "large": 1}[group.size]
    if scene.arrangement == "column":
        x = 64 + 8 * rng.randint(-reach, reach)
        return [(x, y) for y in LINE[group.count]]
    if scene.arrangement == "row" or group.count == 2:
        y = 64 + 8 * rng.randint(-reach, reach)
        return [(x, y) for x in LINE[group.count]]
    if group.count == 3:
        return [(64, 32), (32, 96), (96, 96)]
    return [(32, 32), (96, 32), (32, 96), (96, 96)]


def centres(scene, rng):
    """Where each group's shapes stand: one list of (x, y) pixels for each group.

    All places lie on a lattice of 8 pixels, the size of one image token, so that equal shapes get equal tokens.
    """
    if scene.second is None:
        return [_lone_centres(scene, rng)]
    if scene.relation == "inside":
        x, y = 64 + 8 * rng.randint(-1, 1), 64 + 8 * rng.randint(-1, 1)
        return [[(x, y)], [(x, y)]]
    sides = {"above": (32, 96), "below": (96, 32), "left of": (32, 96), "right of": (96, 32)}
    sides = sides.get(scene.relation) or rng.choice(((32, 96), (96, 32)))
    vertical = scene.relation in ("above", "below")
    placed = []
    for group, side in zip(scene.groups, sides):
        shift = 8 * rng.randint(-2, 2) if group.count == 1 else 0
        along = [at + shift for at in LINE[group.count]]
        placed.append([(at, side) if vertical else (side, at) for at in along])
    return placed


def _random_group(rng, counts):
    return Group(
        count=rng.choices((1, 2, 3, 4), counts)[0],
        size=rng.choice(SIZES),
        colour=rng.choice(tuple(COLOURS)),
        shape=rng.choice(SHAPES),
    )


def _textured(scene, group, rng):
    """The group, in three of ten cases with a texture if its shapes are large enough to show one."""
    if rng.random() > 0.3 or radius(scene, group) < SMALLEST_TEXTURED_RADIUS:
        return group
    texture = rng.choice(TEXTURES[1:])
    if texture == "outlined":
        thin = group.shape == "ring" or group.shape == "moon" and radius(scene, group) < 28
        return group if thin else replace(group, texture=texture)
    second_tone_shows = distance(shade(group.colour), BACKGROUNDS[scene.background]) > 50
    return replace(group, texture=texture) if second_tone_shows else group


def _propose(rng):
    relation = rng.choices(("",) + RELATIONS, (40, 13, 13, 13, 13, 8, 7))[0]
    background = rng.choice(tuple(BACKGROUNDS))
    if not relation:
        first = _random_group(rng, (40, 22, 20, 18))
        arrangement = rng.choice(("", "row", "column")) if first.count > 1 else ""
        scene = Scene(first, background, arrangement=arrangement)
        return replace(scene, first=_textured(scene, first, rng))
    if relation == "inside":
        inner = replace(_random_group(rng, (1, 0, 0, 0)), size=rng.choice(("", "small")))
        outer = replace(_random_group(rng, (1, 0, 0, 0)), size=rng.choice(("", "large")), shape=rng.choice(INSIDE_OUTER))
        outer = replace(outer, texture=rng.choice(("plain", "plain", "outlined")))
        return Scene(inner, background, relation, outer)
    counts = (55, 20, 15, 10)
    scene = Scene(_random_group(rng, counts), background, relation, _random_group(rng, counts))
    return replace(scene, first=_textured(scene, scene.first, rng), second=_textured(scene, scene.second, rng))


def _is_drawable(scene):
    if not all(shows(group.colour, scene.background) for group in scene.groups):
        return False
    if scene.second is None:
        return True
    first, second = scene.groups
    if scene.relation == "inside":
        return first.colour != second.colour
    return (first.colour, first.shape) != (second.colour, second.shape)


def random_scene(rng, held_out=False):
    """A random scene from the training set, or from the held-out set: `rng` is a `random.Random`."""
    while True:
        scene = _propose(rng)
        if _is_drawable(scene) and is_held_out(scene) == held_out:
            return scene
