"""The names of the painter's world and their colours: the one thing that the drawer and the checker share."""

COLOURS = {
    "red": (220, 40, 40),
    "orange": (245, 140, 30),
    "yellow": (245, 215, 50),
    "green": (50, 160, 75),
    "blue": (50, 90, 220),
    "purple": (140, 70, 190),
    "pink": (240, 110, 170),
    "brown": (130, 85, 50),
    "black": (20, 20, 20),
    "white": (250, 250, 250),
}

# Backgrounds are pale (or very dark), so that a blue shape shows on a blue background.
BACKGROUNDS = {
    "white": (255, 255, 255),
    "grey": (185, 185, 185),
    "black": (15, 15, 15),
    "blue": (170, 215, 250),
    "green": (180, 225, 160),
    "yellow": (250, 240, 185),
    "pink": (250, 215, 225),
    "night": (25, 30, 75),
}

SHAPES = (
    "circle", "square", "triangle", "star", "heart", "diamond",
    "cross", "ring", "moon", "house", "tree", "flower",
)
TEXTURES = ("plain", "striped", "dotted", "checkered", "outlined")
SIZES = ("small", "", "large")
RELATIONS = ("above", "below", "left of", "right of", "next to", "inside")


def distance(a, b):
    """Euclidean distance of two RGB triples."""
    return sum((x - y) ** 2 for x, y in zip(a, b)) ** 0.5


def shows(colour, background):
    """Whether a shape of the named colour can be seen on the named background."""
    return distance(COLOURS[colour], BACKGROUNDS[background]) > 62


def shade(colour):
    """The second colour of a texture: a darker tone, or grey for black and white."""
    if colour == "black":
        return (120, 120, 120)
    if colour == "white":
        return (150, 150, 150)
    return tuple(int(c * 0.5) for c in COLOURS[colour])
