"""Compares what the checker sees with the scene that was wished for, attribute by attribute."""

from collections import defaultdict

from checker import look

# Half extent in pixels of a shape said without a size word, by how many share how much room.
MIDDLE = {
    "lone": {1: 28, 2: 20, 3: 18, 4: 20},
    "line": {1: 20, 2: 18, 3: 13, 4: 11.5},
}
# Half of the larger side of the bounding box, as a share of the nominal half extent.
EXTENT = {"square": 0.9, "triangle": 1.03, "star": 1.05, "diamond": 1.1, "house": 1.0, "tree": 1.02, "flower": 1.02}


def _assign(scene, seen):
    """Gives each object to the group it resembles more: [[Seen] for each group], and the strays."""
    assigned, strays = [[] for _ in scene.groups], []
    for thing in seen:
        scores = [2 * (thing.colour == g.colour) + 1.5 * (thing.shape == g.shape) for g in scene.groups]
        best = max(scores)
        if best > 0:
            assigned[scores.index(best)].append(thing)
        else:
            strays.append(thing)
    return assigned, strays


def _size_is(scene, group, things):
    """Whether small things are smaller and large things larger than those said without a size word."""
    room = "line" if scene.relation or scene.arrangement else "lone"
    middle = MIDDLE[room][group.count]
    extents = [(max(t.width, t.height) - 0.7) / 2 / EXTENT.get(group.shape, 1.0) for t in things]
    mean = sum(extents) / len(extents)
    return bool(mean < 0.93 * middle if group.size == "small" else mean > 1.08 * middle)


def _centre(things):
    return sum(t.x for t in things) / len(things), sum(t.y for t in things) / len(things)


def _relation_is(relation, first, second):
    (ax, ay), (bx, by) = _centre(first), _centre(second)
    dx, dy = ax - bx, ay - by
    if relation == "inside":
        outer = second[0]
        return abs(dx) < outer.width / 4 and abs(dy) < outer.height / 4 and first[0].width < outer.width * 0.7
    wide = abs(dx) > abs(dy) and abs(dx) > 20
    tall = abs(dy) > abs(dx) and abs(dy) > 20
    return {
        "above": tall and dy < 0,
        "below": tall and dy > 0,
        "left of": wide and dx < 0,
        "right of": wide and dx > 0,
        "next to": wide,
    }[relation]


def _arrangement_is(arrangement, things):
    xs, ys = [t.x for t in things], [t.y for t in things]
    spread_x, spread_y = max(xs) - min(xs), max(ys) - min(ys)
    return spread_y < 8 < spread_x if arrangement == "row" else spread_x < 8 < spread_y


def judge(scene, picture, says_background=True):
    """{attribute: [right or wrong]} of one picture; only what the words fix is judged."""
    background, seen = look(picture)
    assigned, strays = _assign(scene, seen)
    marks = defaultdict(list)
    for group, things in zip(scene.groups, assigned):
        marks["count"].append(len(things) == group.count and not strays)
        marks["colour"].append(bool(things) and all(t.colour == group.colour for t in things))
        marks["shape"].append(bool(things) and all(t.shape == group.shape for t in things))
        marks["texture"].append(bool(things) and all(t.texture == group.texture for t in things))
        if group.size and scene.relation != "inside":
            marks["size"].append(bool(things) and _size_is(scene, group, things))
    if scene.relation:
        marks["relation"].append(all(assigned) and _relation_is(scene.relation, *assigned))
    if scene.arrangement:
        marks["arrangement"].append(bool(assigned[0]) and _arrangement_is(scene.arrangement, assigned[0]))
    if says_background:
        marks["background"].append(background == scene.background)
    return dict(marks)


def tally(all_marks):
    """Sums the marks of many pictures: ({attribute: (right, asked)}, right, asked, pictures with every mark right)."""
    sums = defaultdict(lambda: [0, 0])
    perfect = 0
    for marks in all_marks:
        for attribute, values in marks.items():
            sums[attribute][0] += sum(values)
            sums[attribute][1] += len(values)
        perfect += all(all(values) for values in marks.values())
    right, asked = (sum(pair[i] for pair in sums.values()) for i in (0, 1))
    return {name: tuple(pair) for name, pair in sorted(sums.items())}, right, asked, perfect
