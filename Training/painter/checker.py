"""Looks at a picture with classical image analysis and says what is on it; independent of the code that draws.

It shares only the names and colours of palette.py with the drawer: its shapes are implicit equations compared by overlap,
its textures are measured, its places are centres of mass. `look` finds objects; judge.py compares them with a wish.
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from palette import BACKGROUNDS, COLOURS, shade

GRID = 32  # templates are compared on GRID × GRID cells of the bounding box
EIGHT = np.ones((3, 3), dtype=int)
FOREGROUND = 42.0  # RGB distance from the background
SMALLEST = 60  # pixels; less is a speck


@dataclass(frozen=True)
class Seen:
    """One object: centre (x, y) and extent in pixels, and what it looks like."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    shape: str
    texture: str


def _templates():
    """Silhouettes on the unit square (y downward), each as booleans [GRID, GRID] of its bounding box, holes filled."""
    n = 8 * GRID
    y, x = np.mgrid[0:n, 0:n] / (n / 2) - 1 + 1 / n
    radius, angle = np.hypot(x, y), np.arctan2(x, -y)
    fifth = (angle + np.pi / 5) % (2 * np.pi / 5) - np.pi / 5  # angle from the nearest point of the star
    px, py = radius * np.cos(fifth), np.abs(radius * np.sin(fifth))
    ex, ey = 0.42 * np.cos(np.pi / 5), 0.42 * np.sin(np.pi / 5)
    hx, hy = x * 1.25, -y * 1.25 + 0.1
    petals = [(0.6 * np.sin(a), -0.6 * np.cos(a)) for a in 2 * np.pi * np.arange(5) / 5]
    shapes = {
        "circle": radius < 1,
        "square": np.ones_like(x, dtype=bool),
        "triangle": np.abs(x) < (y + 1) / 2,
        "star": (px - 1) * ey + py * (1 - ex) < 0,
        "heart": (hx**2 + hy**2 - 1) ** 3 - hx**2 * hy**3 < 0,
        "diamond": np.abs(x) + np.abs(y) < 1,
        "cross": np.minimum(np.abs(x), np.abs(y)) < 0.34,
        "moon": (radius < 1) & (np.hypot(x - 0.55, y) > 0.8),
        "house": (np.abs(x) < np.minimum(y + 1, 2) / 0.9) & (y < -0.1) & (np.abs(x) < 1) | (np.abs(x) < 0.78) & (y >= -0.1),
        "tree": (np.abs(x) < (y + 1) / 1.46) & (y < 0.46) | (np.abs(x) < 0.27) & (y >= 0.4),
        "flower": np.any([np.hypot(x - a, y - b) < 0.44 for a, b in petals], 0) | (radius < 0.5),
    }
    return {name: _boxed(mask) for name, mask in shapes.items()}


def _boxed(mask):
    """The part of a mask [h, w] within its bounding box, resampled to floats [GRID, GRID] in 0…1."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    box = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(float)
    fine = box.repeat(GRID, 0).reshape(GRID, box.shape[0], -1).mean(1)
    return fine.repeat(GRID, 1).reshape(GRID, GRID, box.shape[1]).mean(2)


TEMPLATES = _templates()
ASPECTS = {"diamond": 0.73, "moon": 0.72, "triangle": 1.13, "tree": 0.88}  # width / height; others about 1


def _shape(silhouette, own):
    """Names a silhouette (holes filled) whose own pixels are `own`; both booleans [128, 128]."""
    rows, columns = np.flatnonzero(silhouette.any(1)), np.flatnonzero(silhouette.any(0))
    aspect = (columns[-1] - columns[0] + 1) / (rows[-1] - rows[0] + 1)
    boxed = _boxed(silhouette)
    best, best_score = "circle", -1.0
    for name, template in TEMPLATES.items():
        overlap = np.minimum(boxed, template).sum() / np.maximum(boxed, template).sum()
        score = overlap - 0.3 * abs(np.log(aspect / ASPECTS.get(name, 1.0)))
        if score > best_score:
            best, best_score = name, score
    hole = 1 - own.sum() / silhouette.sum()
    if best == "circle" and 0.10 < hole < 0.45:
        return "ring"
    return best


def _background(picture):
    """The most frequent colour of the picture's rim, and the name of the background nearest to it."""
    rim = np.concatenate([picture[:4].reshape(-1, 3), picture[-4:].reshape(-1, 3), picture[:, :4].reshape(-1, 3), picture[:, -4:].reshape(-1, 3)])
    names = list(BACKGROUNDS)
    palette = np.array([BACKGROUNDS[name] for name in names], dtype=float)
    nearest = ((rim[:, None] - palette) ** 2).sum(2).argmin(1)
    winner = np.bincount(nearest, minlength=len(names)).argmax()
    return np.median(rim[nearest == winner], axis=0), names[winner]


DARK = {name: np.array(shade(name), dtype=float) for name in COLOURS}  # the second tone of textures
NAMES = list(COLOURS)
LIGHT_PALETTE = np.array([COLOURS[name] for name in NAMES], dtype=float)


def _colour_map(picture):
    """Index of the nearest of the ten colours for every pixel, [128, 128]."""
    return ((picture[:, :, None] - LIGHT_PALETTE) ** 2).sum(3).argmin(2)


def _colour(pixels):
    """The colour whose light and dark tone together explain the pixels [n, 3] best, the light one in a good part."""
    best, best_cost = NAMES[0], np.inf
    for name in NAMES:
        light = np.sqrt(((pixels - COLOURS[name]) ** 2).sum(1))
        dark = np.sqrt(((pixels - DARK[name]) ** 2).sum(1))
        share = (light < dark).mean()
        cost = np.minimum(light, dark).mean() + (60 if share < 0.3 else 0)
        if cost < best_cost:
            best, best_cost = name, cost
    return best


def _is_outline(own, silhouette, shape):
    """Whether an object is a thin contour around a hole. A ring is thick; of small things nobody can say."""
    if shape == "ring" or max(own.any(0).sum(), own.any(1).sum()) < 32 or own.sum() > 0.95 * silhouette.sum():
        return False
    return np.percentile(ndimage.distance_transform_edt(own)[own], 95) < 4.6


def _texture(picture, own, silhouette, shape, colour):
    """Names the texture of an object from its own pixels."""
    if _is_outline(own, silhouette, shape):
        return "outlined"
    inner = ndimage.binary_erosion(own, EIGHT, iterations=2)
    if inner.sum() < 80:
        return "plain"
    light = np.sqrt(((picture - COLOURS[colour]) ** 2).sum(2))
    dark = np.sqrt(((picture - DARK[colour]) ** 2).sum(2))
    second = dark < light
    share = second[inner].mean()
    if share < 0.12:
        return "plain"
    values = np.where(inner, second - share, 0.0)
    total = max((values**2).sum(), 1e-9)
    counts = inner.sum(1)
    rows = values.sum(1)
    by_rows = (rows[counts > 0] ** 2 / counts[counts > 0]).sum() / total
    if by_rows > 0.55:
        return "striped"

    def correlation(dy, dx):
        a, b = values[dy:, dx:], values[: 128 - dy, : 128 - dx]
        both = inner[dy:, dx:] & inner[: 128 - dy, : 128 - dx]
        return (a * b)[both].sum() / max(1, both.sum()) / (total / inner.sum())

    return "checkered" if correlation(0, 8) + correlation(8, 0) < 0 else "dotted"


def _seen(picture, own):
    """Describes the object whose pixels are `own`."""
    silhouette = ndimage.binary_fill_holes(own)
    rows, columns = np.flatnonzero(own.any(1)), np.flatnonzero(own.any(0))
    core = ndimage.binary_erosion(own, EIGHT)
    pixels = picture[core if core.sum() > 20 else own]
    colour, shape = _colour(pixels), _shape(silhouette, own)
    return Seen(
        x=float(columns[0] + columns[-1] + 1) / 2,
        y=float(rows[0] + rows[-1] + 1) / 2,
        width=int(columns[-1] - columns[0] + 1),
        height=int(rows[-1] - rows[0] + 1),
        colour=colour,
        shape=shape,
        texture=_texture(picture, own, silhouette, shape, colour),
    )


def _trimmed(own, far):
    """The object's pixels without the outer half of its soft edge; `far` is every pixel's distance from the ground."""
    core = ndimage.binary_erosion(own, EIGHT)
    if core.sum() < 12:
        return own
    return own & (far > 0.5 * np.percentile(far[core], 20))


def _set_within(picture, own):
    """The pixels of one object of another colour that lies on this one, or None."""
    colours = ndimage.median_filter(_colour_map(picture), 5)
    inner = ndimage.binary_erosion(ndimage.binary_fill_holes(own), EIGHT, iterations=5)
    main = np.bincount(colours[own]).argmax()
    main_rgb = LIGHT_PALETTE[main]
    far = np.sqrt(((picture - main_rgb) ** 2).sum(2)) > FOREGROUND
    parts, n = ndimage.label(inner & far & own, EIGHT)
    sizes = np.bincount(parts.ravel(), minlength=n + 1)[1:]
    if n == 0 or sizes.max() < 160 or sizes.max() < 0.7 * sizes.sum():
        return None
    part = parts == sizes.argmax() + 1
    if any(part.any(axis).sum() > 0.55 * own.any(axis).sum() for axis in (0, 1)):
        return None  # it spans the object: a texture
    name = _colour(picture[part])
    return part if name != NAMES[main] and np.sqrt(((picture[part] - COLOURS[name]) ** 2).sum(1)).mean() < 70 else None


def look(picture):
    """(name of the background, [Seen]) of a picture uint8 [128, 128, 3]."""
    picture = picture.astype(float)
    ground, background = _background(picture)
    far = np.sqrt(((picture - ground) ** 2).sum(2))
    parts, n = ndimage.label(far > FOREGROUND, EIGHT)
    seen = []
    for i in range(1, n + 1):
        own = parts == i
        if own.sum() < SMALLEST:
            continue
        own = _trimmed(own, far)
        within = _set_within(picture, own)
        if within is not None:
            seen.append(_seen(picture, within))
            own = own | ndimage.binary_fill_holes(own & ~within)
            bare = picture.copy()
            around = own & ~ndimage.binary_dilation(within, EIGHT, iterations=2)
            bare[ndimage.binary_dilation(within, EIGHT, iterations=2)] = np.median(picture[around], axis=0)
            seen.append(_seen(bare, own))
        else:
            seen.append(_seen(picture, own))
    return background, seen
