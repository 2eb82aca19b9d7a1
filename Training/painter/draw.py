"""Draws a scene: 128×128 RGB pixels, anti-aliased, from outlines and flat textures."""

import math

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from palette import BACKGROUNDS, COLOURS, shade
from world import PIXELS, centres, radius

SUPERSAMPLE = 4
OUTLINE = 5  # pixels


def _star_polygon(cx, cy, r, points, inner=None):
    """Corners of a regular polygon, or of a star if `inner` (share of the radius) is given; first corner upward."""
    corners = points * 2 if inner else points
    out = []
    for i in range(corners):
        reach = r * inner if inner and i % 2 else r
        angle = -math.pi / 2 + 2 * math.pi * i / corners
        out.append((cx + reach * math.cos(angle), cy + reach * math.sin(angle)))
    return out


def _heart_polygon(cx, cy, r):
    out = []
    for i in range(72):
        t = 2 * math.pi * i / 72
        x = math.sin(t) ** 3
        y = (13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)) / 16
        out.append((cx + r * x, cy - r * (y + 0.14)))
    return out


def _disc(d, cx, cy, r, value=255):
    d.ellipse((cx - r, cy - r, cx + r, cy + r), fill=value)


def _box(d, x0, y0, x1, y1):
    d.rectangle((x0, y0, x1 - 1, y1 - 1), fill=255)


def _fill_shape(d, shape, cx, cy, r):
    """Draws the filled silhouette of half extent r onto an "L" mask."""
    if shape == "circle":
        _disc(d, cx, cy, r)
    elif shape == "square":
        _box(d, cx - r * 0.9, cy - r * 0.9, cx + r * 0.9, cy + r * 0.9)
    elif shape == "triangle":
        d.polygon(((cx, cy - r), (cx + r * 1.05, cy + r * 0.85), (cx - r * 1.05, cy + r * 0.85)), fill=255)
    elif shape == "star":
        d.polygon(_star_polygon(cx, cy + r * 0.05, r * 1.1, 5, inner=0.42), fill=255)
    elif shape == "heart":
        d.polygon(_heart_polygon(cx, cy, r), fill=255)
    elif shape == "diamond":
        d.polygon(((cx, cy - r * 1.1), (cx + r * 0.8, cy), (cx, cy + r * 1.1), (cx - r * 0.8, cy)), fill=255)
    elif shape == "cross":
        _box(d, cx - r, cy - r * 0.34, cx + r, cy + r * 0.34)
        _box(d, cx - r * 0.34, cy - r, cx + r * 0.34, cy + r)
    elif shape == "ring":
        _disc(d, cx, cy, r)
        _disc(d, cx, cy, r * 0.5, value=0)
    elif shape == "moon":
        _disc(d, cx - r * 0.1, cy, r)
        _disc(d, cx + r * 0.45, cy, r * 0.8, value=0)
    elif shape == "house":
        d.polygon(((cx, cy - r), (cx + r, cy - r * 0.1), (cx - r, cy - r * 0.1)), fill=255)
        _box(d, cx - r * 0.78, cy - r * 0.12, cx + r * 0.78, cy + r * 0.95)
    elif shape == "tree":
        d.polygon(((cx, cy - r * 1.05), (cx + r * 0.9, cy + r * 0.45), (cx - r * 0.9, cy + r * 0.45)), fill=255)
        _box(d, cx - r * 0.24, cy + r * 0.4, cx + r * 0.24, cy + r)
    elif shape == "flower":
        for i in range(5):
            angle = -math.pi / 2 + 2 * math.pi * i / 5
            _disc(d, cx + r * 0.6 * math.cos(angle), cy + r * 0.6 * math.sin(angle), r * 0.44)
        _disc(d, cx, cy, r * 0.5)
        _disc(d, cx, cy, r * 0.24, value=0)
    else:
        raise ValueError(f"no such shape: {shape}")


def _mask(shape, places, r):
    """Coverage [128, 128] in 0…1 of equal shapes at the given places."""
    side = PIXELS * SUPERSAMPLE
    mask = Image.new("L", (side, side))
    for cx, cy in places:
        one = Image.new("L", (side, side)) if shape in ("ring", "moon", "flower") and len(places) > 1 else mask
        _fill_shape(ImageDraw.Draw(one), shape, cx * SUPERSAMPLE, cy * SUPERSAMPLE, r * SUPERSAMPLE)
        if one is not mask:
            mask = ImageChops.lighter(mask, one)
    return mask


def _coverage(mask):
    return np.asarray(mask.reduce(SUPERSAMPLE), dtype=np.float32)[..., None] / 255


def _outline(mask):
    """The mask without its inside: a contour of OUTLINE pixels."""
    inner = mask.reduce(2)
    for _ in range(OUTLINE):
        inner = inner.filter(ImageFilter.MinFilter(5))
    inner = inner.resize(mask.size, Image.BILINEAR)
    return ImageChops.subtract(mask, inner)


def _pattern(texture):
    """Where the second colour of a texture lies: booleans [128, 128], with a period of 8 or 16 pixels."""
    y, x = np.mgrid[0:PIXELS, 0:PIXELS]
    if texture == "striped":
        return y // 4 % 2 == 1
    if texture == "dotted":
        return (x % 8 - 3.5) ** 2 + (y % 8 - 3.5) ** 2 < 2.3**2
    return (x // 8 + y // 8) % 2 == 1


def _paint(picture, group, places, r):
    mask = _mask(group.shape, places, r)
    colour = np.asarray(COLOURS[group.colour], dtype=np.float32)
    if group.texture == "outlined":
        mask = _outline(mask)
    elif group.texture != "plain":
        second = np.asarray(shade(group.colour), dtype=np.float32)
        colour = np.where(_pattern(group.texture)[..., None], second, colour)
    coverage = _coverage(mask)
    return picture * (1 - coverage) + colour * coverage


def draw(scene, rng):
    """The scene as uint8 [128, 128, 3]; `rng` (a `random.Random`) chooses the places that the scene leaves open."""
    picture = np.empty((PIXELS, PIXELS, 3), dtype=np.float32)
    picture[:] = BACKGROUNDS[scene.background]
    painted = list(zip(scene.groups, centres(scene, rng)))
    for group, places in reversed(painted):  # what is inside comes last
        picture = _paint(picture, group, places, radius(scene, group))
    return picture.round().astype(np.uint8)
