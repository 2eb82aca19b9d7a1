"""Scenes in whole sentences: captions in a style, and questions with their answers. Pure."""

from dataclasses import dataclass

from scenes import VALUES

NUMBERS = {1: "one", 2: "two", 3: "three", 4: "four"}


@dataclass(frozen=True)
class Style:
    """How a caption is written. As it stands: the one that is meant where nothing else is shown."""

    sizes: bool = True
    textures: bool = True
    background: bool = True
    digits: bool = False
    ending: str = "."
    opening: str = ""  # what stands before the whole
    is_capital: bool = False

    @staticmethod
    def drawn(rng):
        often = lambda share: rng.random() < share
        return Style(often(0.5), often(0.6), often(0.5), often(0.15), "." if often(0.7) else "",
                     rng.choice(("", "", "", "Here: ", "I see ", "Picture: ", "We see ")), often(0.2))


def plural(shape, count):
    return shape if count == 1 else shape + ("es" if shape.endswith("s") else "s")


def group_words(group, style, bare=False):
    """As "two small striped red circles", or bare "small striped red circles"."""
    words = [group["size"] if style.sizes and group["size"] not in (None, "medium") else "",
             group["texture"] if style.textures and group["texture"] != "plain" else "", group["colour"], plural(group["shape"], group["count"])]
    words = [word for word in words if word]
    if bare:
        return " ".join(words)
    count = group["count"]
    number = str(count) if style.digits else NUMBERS[count] if count > 1 else "an" if words[0][0] in "aeiou" else "a"
    return " ".join([number, *words])


RELATIONS = {"above": "above", "left of": "to the left of", "inside": "inside"}


def caption(known, style=Style()):
    text = group_words(known["groups"][0], style)
    if known["relation"]:
        text += f" {RELATIONS[known['relation']]} {group_words(known['groups'][1], style)}"
    elif known["arrangement"]:
        text += f" in a {known['arrangement']}"
    if style.background:
        text += f" on a {known['background']} background"
    text = style.opening + text + style.ending
    return text[0].upper() + text[1:] if style.is_capital else text


def question(known, rng):
    """A question about one picture: (question, short answer, answer as a sentence)."""
    group = rng.choice(known["groups"])
    alone = len(known["groups"]) == 1
    distinct = alone or known["groups"][0]["shape"] != known["groups"][1]["shape"]
    shape, count, colour = group["shape"], group["count"], group["colour"]
    many = plural(shape, count)
    verb = "is" if count == 1 else "are"
    said = lambda yes: "yes" if yes else "no"
    kinds = ["describe", "describe", "background", "is there", "is there"]
    kinds += ["count", "count", "colour", "colour"] if distinct else []
    kinds += ["shape", "shape"] if alone else ["relation", "relation"] if distinct else []
    kinds += ["where"] if known["across"] else []
    kind = rng.choice(kinds)
    if kind == "describe":
        text = caption(known, Style(is_capital=True))
        return rng.choice(("Describe this picture.", "What do you see?", "What is this?")), text, text
    if kind == "background":
        return "What colour is the background?", known["background"], f"The background is {known['background']}."
    if kind == "is there":
        things = {(g["colour"], g["shape"]) for g in known["groups"]}
        field = rng.choice(("colour", "shape", "both"))
        is_true = rng.random() < 0.5
        c, s = rng.choice(sorted(things))
        if not is_true and field != "shape":
            c = rng.choice([x for x in VALUES["colour"] if all(x != y for y, _ in things)])
        if not is_true and (field == "shape" or field == "both" and rng.random() < 0.5):
            s = rng.choice([x for x in VALUES["shape"] if all(x != y for _, y in things)])
        what = {"colour": f"anything {c}", "shape": f"a {s}", "both": f"a {c} {s}"}[field]
        return f"Is there {what}?", said(is_true), f"Yes, there is {what}." if is_true else f"No, there is not {what}."
    if kind == "count":
        return f"How many {plural(shape, 2)} are there?", NUMBERS[count], f"There {verb} {NUMBERS[count]} {many}."
    if kind == "colour":
        return (f"{rng.choice(('Which', 'What'))} colour {verb} the {many}?", colour, f"The {many} {verb} {colour}.")
    if kind == "shape":
        text = group_words(group, Style(sizes=False, textures=False))
        return rng.choice(("What shape is it?", "Which shape is there?")), shape, f"It is {text}."
    if kind == "where":
        place = {("middle", "middle"): "in the middle"}.get((known["down"], known["across"])) or "at the " + " ".join(
            word for word in (known["down"], known["across"]) if word != "middle")
        return f"Where is the {shape}?", place, f"The {shape} is {place}."
    first, second = known["groups"]
    asked, other = rng.choice(((first, second), (second, first)))
    word = known["relation"] if other is second else {"above": "below", "left of": "right of", "inside": "around"}[known["relation"]]
    word = {"left of": "to the left of", "right of": "to the right of"}.get(word, word)
    text = group_words(asked, Style(sizes=False, textures=False))
    return f"What is {word} the {plural(other['shape'], other['count'])}?", text + ".", text[0].upper() + text[1:] + "."
