"""Tasks as a person might register them: examples of one form, and a picture to be answered in that form.

An episode is a list of turns. Each turn is an example for the turns after it, so that one episode asks with none, one, two … examples.
"""

from dataclasses import dataclass

from forms import FIELD_NAMES, HELD_OUT, KNOWN, NEUTRAL, QUESTIONS, SYMBOLS, TRAINING, invented, labels, marks, scribble, wrap
from scenes import VALUES, value
from sentences import NUMBERS, Style, caption, question

FIELDS = ("count", "colour", "colour", "shape", "shape", "texture", "size", "background", "across", "down")
CAPTION_PROMPTS = ("An image of", "A picture of", "Output:", "", "Caption:", "This is")
MARK = "<image>"


@dataclass(frozen=True)
class Turn:
    opening: str
    answer: str
    picture: int
    counts: bool  # whether the answer can be known from what was shown before


class Album:
    """Pictures by what is true of them. `known` as scenes.py tells it."""

    def __init__(self, known):
        self.known = known
        self.all = range(len(known))
        self.alone = [i for i in self.all if len(known[i]["groups"]) == 1]
        self.by = {field: {v: [] for v in VALUES[field]} for field in FIELD_NAMES}
        for i in self.all:
            for field, places in self.by.items():
                v = value(known[i], field)
                if v is not None:
                    places[v].append(i)
        self.seen = {field: [i for v in places.values() for i in v] for field, places in self.by.items()}


def opening(prompt):
    """A chunk's beginning with its picture, as ``VisionRequest/flamingoPrompt`` renders it."""
    return prompt if MARK in prompt else MARK + prompt


def instruction(text):
    return f"{MARK}### Instruction:\n{text}\n\n### Response:\n"


def said(field, v, digits=False):
    return (str(v) if digits else NUMBERS[v]) if field == "count" else v


def captions(album, rng, turns, forms):
    style = Style.drawn(rng)
    usual = rng.random() < 0.3
    style = Style() if usual else style
    mixed = not usual and rng.random() < 0.15
    prompt = rng.choice(CAPTION_PROMPTS)
    before, after = wrap(rng, forms) if forms is HELD_OUT or rng.random() < 0.25 else ("", "")
    result = []
    for turn in range(turns):
        i = rng.choice(album.all)
        text = before + caption(album.known[i], Style.drawn(rng) if mixed else style) + after
        result.append(Turn(opening(prompt), text, i, (turn > 0 or usual and not before + after) and not mixed or mixed and turn > 2))
    return result


def one_field(album, rng, turns, forms):
    field = rng.choice(FIELDS)
    asked = rng.random() < 0.6
    prompt = rng.choice(QUESTIONS[field]) if asked else rng.choice(NEUTRAL)
    plain = asked and forms is TRAINING and rng.random() < 0.25
    before, after = ("", "") if plain else wrap(rng, forms)
    digits = not plain and rng.random() < 0.3
    case = str if plain or rng.random() < 0.8 else rng.choice((str.upper, str.capitalize))
    return [Turn(opening(prompt), before + case(said(field, value(album.known[i], field), digits)) + after, i, plain or turn > 0)
            for turn, i in enumerate(rng.choices(album.seen[field], k=turns))]


def new_labels(album, rng, turns, forms, held_out=False):
    """Values of a field get other words; which, only the examples tell."""
    field = rng.choice(FIELDS)
    prompt = rng.choice(QUESTIONS[field]) if rng.random() < 0.6 else rng.choice(NEUTRAL)
    there = [v for v, places in album.by[field].items() if places]
    values = rng.sample(there, min(len(there), rng.choice((2, 2, 2, 3, 3, 4))))
    if not held_out and field in ("colour", "shape") and rng.random() < 0.15:  # the wrong words on purpose
        words = [said(field, v) for v in values[1:] + values[:1]]
    else:
        words = labels(rng, len(values), held_out)
    name = dict(zip(values, words))
    before, after = wrap(rng, forms) if rng.random() < 0.3 else ("", "")
    result, shown = [], set()
    for turn in range(turns):
        v = rng.choice(values)
        result.append(Turn(opening(prompt), before + name[v] + after, rng.choice(album.by[field][v]), v in shown))
        shown.add(v)
    return result


def several_fields(album, rng, turns, forms):
    fields = rng.sample([f for f in FIELD_NAMES if f not in ("across", "down", "size")], rng.choice((2, 2, 3, 4)))
    if forms is TRAINING and rng.random() < 0.35:
        pair, between, (start, end) = '"{k}": {v}', ", ", ("{", "}")
    else:
        pair, between, (start, end) = rng.choice(forms.pairs), rng.choice(forms.between), rng.choice(forms.around)
        if forms is TRAINING and rng.random() < 0.4:
            between, (start, end) = rng.choice((between, f" {scribble(rng)} ")), rng.choice(((start, end), marks(rng)))
            mark = scribble(rng).replace("{", "").replace("}", "")
            made = rng.choice(("{k}%s{v}", "{k} %s {v}", "{k} %s{v}", "{v}%s{k}", "{v} %s {k}", "%s{v}", "{v}%s", "%s {k} {v}")) % mark
            pair = pair if made in HELD_OUT.pairs else made
    name = {f: rng.choice(FIELD_NAMES[f]) if rng.random() < 0.85 else invented(rng) for f in fields}
    digits, quoted = rng.random() < 0.5, pair.startswith('"') and "{v}" in pair and not pair.endswith('"')
    prompt = rng.choice(("JSON:", "As JSON:", "Output:", "") if quoted else NEUTRAL)

    def value_words(f, i):
        text = said(f, value(album.known[i], f), digits)
        return f'"{text}"' if quoted and not (f == "count" and digits) else text

    def answer(i):
        return start + between.join(pair.format(k=name[f], v=value_words(f, i)) for f in fields) + end

    return [Turn(opening(prompt), answer(i), i, turn > 0) for turn, i in enumerate(rng.choices(album.all, k=turns))]


def yes_or_no(album, rng, turns, forms, held_out=False):
    field = rng.choice(("count", "colour", "colour", "shape", "shape", "texture", "background"))
    wanted = rng.choice([v for v, places in album.by[field].items() if places])
    asked = rng.random() < 0.75
    word = said(field, wanted)
    prompt = rng.choice({"count": (f"Are there {word}?", f"Exactly {word}?"), "background": (f"Is the background {word}?",)}.get(
        field, (f"Is it {word}?", f"{word}?"))) if asked else rng.choice(NEUTRAL)
    usual = asked and not held_out and rng.random() < 0.4
    yes, no = ("yes", "no") if usual else labels(rng, 2, held_out) if held_out or rng.random() < 0.6 else rng.choice(
        (("Yes", "No"), ("true", "false"), ("1", "0"), ("Yes.", "No."), ("right", "wrong"), ("yes", "no")))
    before, after = wrap(rng, forms) if forms is HELD_OUT or rng.random() < 0.25 else ("", "")
    result, shown = [], set()
    for turn in range(turns):
        is_true = rng.random() < 0.5
        i = rng.choice(album.by[field][wanted]) if is_true else rng.choice(album.all)
        is_true = value(album.known[i], field) == wanted
        counts = usual and not before or (is_true in shown and (asked or turn > 2))
        result.append(Turn(opening(prompt), before + (yes if is_true else no) + after, i, counts))
        shown.add(is_true)
    return result


def questions(album, rng, turns, forms):
    """Each turn another question; the form of the answers stays."""
    framed = rng.random() < 0.6
    long = rng.random() < (0.7 if framed else 0.3)
    before, after = wrap(rng, forms) if forms is HELD_OUT or rng.random() < 0.25 else ("", "")
    frame = instruction if framed else rng.choice((opening, lambda text: opening(f"Question: {text} Answer:")))
    result = []
    for turn in range(turns):
        i = rng.choice(album.all)
        text, short, sentence = question(album.known[i], rng)
        result.append(Turn(frame(text), before + (sentence if long else short) + after, i, (turn > 0 or long == framed) and not (before and not turn)))
    return result


def same(album, rng, turns, forms):
    """Every picture gets the same words, whatever it shows: they teach to read what stands in the examples."""
    prompt = rng.choice((*NEUTRAL, *CAPTION_PROMPTS, invented(rng)))
    words = " ".join(rng.choice((invented(rng), scribble(rng), scribble(rng), rng.choice(KNOWN), rng.choice(SYMBOLS))) for _ in range(rng.randint(1, 4)))
    return [Turn(opening(prompt), words, rng.choice(album.all), turn > 0) for turn in range(turns)]


KINDS = {captions: 20, one_field: 16, new_labels: 22, several_fields: 14, yes_or_no: 8, questions: 8, same: 12}


def episode(album, rng, turns):
    """One of training."""
    kind = rng.choices(tuple(KINDS), tuple(KINDS.values()))[0]
    return kind(album, rng, turns, TRAINING)
