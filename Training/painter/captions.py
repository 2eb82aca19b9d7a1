"""Says a scene in words, in one of many phrasings; and lists every word that the painter knows."""

from palette import BACKGROUNDS, COLOURS, SHAPES, SIZES, TEXTURES

COUNTS = {1: ("a", "a", "a", "one", "1"), 2: ("two", "two", "2"), 3: ("three", "three", "3"), 4: ("four", "four", "4")}

# The first word of each row is the name; the others are said less often.
SIZE_WORDS = {"small": ("small", "little", "tiny"), "": ("",), "large": ("large", "big", "huge")}
TEXTURE_WORDS = {
    "plain": ("", "solid", "plain"),
    "striped": ("striped",),
    "dotted": ("dotted", "spotted"),
    "checkered": ("checkered", "checked"),
    "outlined": ("outlined", "hollow"),
}
COLOUR_WORDS = {name: (name,) for name in COLOURS} | {"purple": ("purple", "violet")}
SHAPE_WORDS = {name: (name,) for name in SHAPES} | {
    "circle": ("circle", "disc", "ball"),
    "square": ("square", "box"),
    "cross": ("cross", "plus"),
    "moon": ("moon", "crescent"),
    "ring": ("ring", "donut"),
}
PLURALS = {"cross": "crosses", "box": "boxes", "plus": "pluses"}
RELATION_WORDS = {
    "above": ("above", "above", "over", "on top of"),
    "below": ("below", "below", "under", "beneath"),
    "left of": ("to the left of", "left of"),
    "right of": ("to the right of", "right of"),
    "next to": ("next to", "beside", "and"),
    "inside": ("inside", "in", "in front of"),
}
BACKGROUND_PLACES = {"white": ("in the snow",), "blue": ("in the sky",), "green": ("on grass",), "yellow": ("on sand",), "night": ("at night",)}
PREFIXES = ("a picture of", "a drawing of", "a painting of", "an image of", "draw", "paint")


def _mostly_first(options, rng):
    return options[0] if rng.random() < 0.75 else rng.choice(options)


def _group_words(group, rng):
    colour = _mostly_first(COLOUR_WORDS[group.colour], rng)
    shape = _mostly_first(SHAPE_WORDS[group.shape], rng)
    if group.count > 1:
        shape = PLURALS.get(shape, shape + "s")
    adjectives = [_mostly_first(SIZE_WORDS[group.size], rng), _mostly_first(TEXTURE_WORDS[group.texture], rng)]
    if rng.random() < 0.15:
        adjectives.reverse()
    words = [word for word in (*adjectives, colour, shape) if word]
    count = rng.choice(COUNTS[group.count])
    if count == "a":
        if rng.random() < 0.05:
            return " ".join(words)
        count = "an" if words[0][0] in "aeiou" else "a"
    return " ".join([count, *words])


def _background_words(background, rng):
    """The phrase for the background, to be put after the rest; in a third of the cases none."""
    if rng.random() < 0.33:
        return ""
    if background in BACKGROUND_PLACES and rng.random() < 0.2:
        return " " + rng.choice(BACKGROUND_PLACES[background])
    return rng.choice(
        (f" on a {background} background", f" on a {background} background", f", {background} background", f" on {background}")
    )


def caption_and_claim(scene, rng):
    """One way to ask for the scene, and whether it names the background; `rng` is a `random.Random`. At most 24 words."""
    text = _group_words(scene.first, rng)
    if scene.second is not None:
        relation = _mostly_first(RELATION_WORDS[scene.relation], rng)
        text += f" {relation} {_group_words(scene.second, rng)}"
    elif scene.arrangement:
        text += f" in a {scene.arrangement}"
    if rng.random() < 0.15:
        text = f"{rng.choice(PREFIXES)} {text}"
    background = _background_words(scene.background, rng)
    return text + background, bool(background)


def caption(scene, rng):
    """One way to ask for the scene."""
    return caption_and_claim(scene, rng)[0]


def known_words():
    """Every word that a caption may hold, sorted, by kind: {kind: {word: name}}."""
    counts = {word: count for count, words in COUNTS.items() for word in words} | {"an": 1}
    shapes = {word: name for name, words in SHAPE_WORDS.items() for word in words}
    shapes |= {PLURALS.get(word, word + "s"): name for word, name in list(shapes.items())}
    glue = "background row column the to of on in at top left right front picture drawing painting image draw paint"
    relations = " ".join(phrase for phrases in RELATION_WORDS.values() for phrase in phrases)
    places = " ".join(phrase for phrases in BACKGROUND_PLACES.values() for phrase in phrases)
    return {
        "counts": counts,
        "sizes": {word: name for name in SIZES if name for word in SIZE_WORDS[name]},
        "textures": {word: name for name in TEXTURES for word in TEXTURE_WORDS[name] if word},
        "colours": {word: name for name, words in COLOUR_WORDS.items() for word in words},
        "shapes": shapes,
        "backgrounds": {name: name for name in BACKGROUNDS},
        "glue": {word: word for word in sorted(set(f"{glue} {relations} {places}".split()) - {"a"})},
    }
