"""Words and forms that answers take: those of training, and those that only the measurement uses. Pure."""

import hashlib
from dataclasses import dataclass

ONSETS = "b bl br d dr f fl g gl gr h j k kl kr l m n p pl pr r s sk sl sn st t tr v w z".split()
VOWELS = "a e i o u ai ee oo ou".split()
CODAS = ["", "", "", "b", "d", "g", "k", "l", "m", "n", "p", "r", "s", "t", "x"]
KNOWN = ("cat dog fish bird sun rain stone river king queen alpha beta gamma left right up down yes no good bad hot cold fast slow apple "
         "pear lemon bread salt day night spring winter north south east west first last home road gold iron wood paper").split()
SYMBOLS = "A B C D E X Y Z 0 1 2 3 5 7 9 10 42 + - * # @ ! ?".split()

FIELD_NAMES = {
    "count": ("count", "number", "how many", "n"), "colour": ("colour", "color", "paint", "hue"), "shape": ("shape", "form", "thing", "object"),
    "texture": ("texture", "pattern", "fill"), "size": ("size", "how big"), "background": ("background", "ground", "behind"),
    "across": ("across", "x", "side"), "down": ("down", "y", "height"),
}
QUESTIONS = {
    "count": ("How many are there?", "How many?", "Count:"), "colour": ("What colour is it?", "Which colour?", "Colour:"),
    "shape": ("What shape is it?", "Which shape?", "Shape:"), "texture": ("What texture has it?", "Texture:"),
    "size": ("How big is it?", "Size:"), "background": ("What is the background?", "Background:"),
    "across": ("Where is it, left or right?", "Side:"), "down": ("Where is it, top or bottom?", "Height:"),
}
NEUTRAL = ("", "", "Output:", "Answer:", "Label:", "->", "It is", "This is")


@dataclass(frozen=True)
class Forms:
    """What a form is put together from."""

    wraps: tuple  # before and after one value
    pairs: tuple  # a name and its value
    between: tuple
    around: tuple


TRAINING = Forms(
    wraps=(("", ""), ("", ""), ("", "."), ("It is ", "."), ("a ", ""), ("(", ")"), ("[", "]"), ('"', '"'), ("<b>", "</b>"), ("I see ", "."),
           ("= ", ""), ("the ", " one"), ("", "!"), ("Looks like ", ""), ("answer: ", ""), ("- ", "")),
    pairs=("{k}: {v}", "{k}={v}", "{v}", "{v}", "{k} is {v}", "{k} {v}", "<{k}>{v}</{k}>", "{k}({v})", "{v} {k}", "[{v}]", '"{k}": "{v}"'),
    between=(", ", "; ", " | ", " / ", " ", " and ", " - ", "\n", ","),
    around=(("", ""), ("", ""), ("", "."), ("{", "}"), ("[", "]"), ("(", ")"), ("<", ">"), ("I see ", "."), ("- ", "")))
# No training answer has one of these.
HELD_OUT = Forms(
    wraps=(("** ", " **"), ("I would say ", ", surely."), ("It must be ", "!!"), ("$", "$"), ("{{", "}}"), ("result => ", ";"), ("_", "_"),
           ("Here stands ", " today."), ("~ ", " ~"), ("<i>", "</i>")),
    pairs=("{k} -> {v}", "{k}~{v}", "{v}@{k}", "{k} := {v}", "my {k}: {v}", "({k} {v})", "{k}/{v}"),
    between=(" + ", " :: ", " then ", " & ", " ~ "),
    around=(("<< ", " >>"), ("#", "#"), ("begin ", " end"), ("{{", "}}"), ("", "!!")))


def is_held_out(word):
    """A tenth of all invented words never occurs in training."""
    return hashlib.sha256(f"label {word}".encode()).digest()[0] < 26


def invented(rng, held_out=False):
    """A word that means nothing."""
    while True:
        word = "".join(rng.choice(ONSETS) + rng.choice(VOWELS) + rng.choice(CODAS) for _ in range(rng.choice((1, 2, 2, 3))))
        if is_held_out(word) == held_out:
            return word


def labels(rng, count, held_out=False):
    """So many different words to stand for values."""
    kind = 0 if held_out else rng.random()
    while True:
        if kind < 0.6:
            words = [invented(rng, held_out) for _ in range(count)]
        else:
            words = rng.sample(KNOWN if kind < 0.85 else SYMBOLS, count)
        if len(set(words)) == count:
            return words


def scribble(rng):
    """A few letters, digits and marks that mean nothing."""
    signs = "!#$%&()*+,-./:;<=>?@[]^_`{|}~"
    kind = rng.random()
    if kind < 0.5:
        return "".join(rng.choice(signs) for _ in range(rng.choice((1, 1, 2, 2, 3))))
    return "".join(rng.choice("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") for _ in range(rng.randint(1, 7)))


def marks(rng):
    """A wrap made of scribbles, other than the held-out ones."""
    while True:
        pieces = lambda: "".join(scribble(rng) + rng.choice(("", " ")) for _ in range(rng.choice((0, 1, 1, 2))))
        made = pieces(), rng.choice(("", " ")) + pieces()
        if made not in HELD_OUT.wraps and made not in HELD_OUT.around:
            return made


def wrap(rng, forms):
    """Before and after one value; in training sometimes made of words that were never seen."""
    if forms is TRAINING and rng.random() < 0.3:
        return marks(rng)
    if forms is TRAINING and rng.random() < 0.3:
        some = lambda: " ".join(rng.choice((invented(rng), rng.choice(KNOWN))) for _ in range(rng.randint(1, 2)))
        mark = rng.choice(("", "", ":", ",", " =", " -", ">"))
        return rng.choice(((some() + mark + " ", ""), ("", mark + " " + some()), (some() + mark + " ", " " + some())))
    return rng.choice(forms.wraps)
