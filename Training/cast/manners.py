"""How somebody talks: a mixture of habits that makes plain sentences their own. Thousands are drawn; three are the cast's."""

import re
from dataclasses import dataclass, field

from talk import Sentence
from words import LIKED, WORDS, fill, lines

WORDS_FOR = {
    "YES": "yes; yeah; yep; yup; aye; indeed; sure; oh yes; certainly; of course; absolutely; yes yes; mhm; right".split("; "),
    "NO": "no; nope; nah; never; not really; oh no; certainly not; no no; i'm afraid not; no way".split("; "),
    "HELLO": "hello; hi; hey; good morning; good evening; hiya; yo; ahoy; greetings; good day; hello there; morning; howdy; welcome".split("; "),
    "BYE": "bye; goodbye; good night; see you; farewell; bye bye; take care; later; cheerio; so long; sleep well".split("; "),
    "THANKS": "thanks; thank you; thank you so much; thx; much obliged; many thanks; cheers; ta".split("; "),
}
BEFORE = """well,; oh,; hm,; so,; ah,; honestly,; you know,; look,; ha,; um,; actually,; to be fair,; dear me,; oh my,; listen,; arr,; omg; lol;
    now,; i say,; my my,; ooh,; believe me,; ugh,; okay,; wait,; alright,; right,; goodness,; see,""".split(";")
AFTER = """lol; haha; :); :(; you know; i think; my friend; my dear; for sure; as always; or so; hehe; right?; i suppose; mate; as they say;
    if you ask me; so there; honestly; xd; ^^; okay?; no less; i guess; dear; it seems; mind you; for now; at last""".split(";")
FRAMES = """i think {s}; i believe {s}; i must say that {s}; if i may say so, {s}; it seems to me that {s}; one could say that {s};
    i dare say {s}; as far as i know, {s}; let me tell you, {s}; i can tell you that {s}; my {person} says that {s}; everybody knows that {s};
    in my opinion {s}; you should know that {s}; i have heard that {s}; to be honest, {s}; between us, {s}; i am quite sure that {s};
    i am afraid that {s}; it is well known that {s}; they say {s}; i suppose {s}; trust me, {s}; let it be said that {s}""".split(";")
TAILS = """, at least {time}; , as the {person} says; , which is rather {good}; , and so does my {person}; , whatever the {person} says;
    , especially {time}; , if there is {drink}; , or at least i hope so; , like everybody at the {place}; , provided that {sky};
    , though {liked} would be {good} too; , even when {sky}; , unless the {person} objects; , as i said {past}""".split(";")
BEFORE, AFTER, FRAMES, TAILS = [[" ".join(word.split()) for word in words] for words in (BEFORE, AFTER, FRAMES, TAILS)]

LIKABLE = [word for kind in LIKED for word in WORDS[kind]]

# What people keep coming back to.
SUBJECTS = {name: lines(text) for name, text in {
    "weather": """
        wind from the {side}
        {weather} {time}.
        {sky}.
        the {weather} will not last.
        {weather} over the {place}.
        i see {weather} in the {side}.
        the sky is {colour}.
        no {weather} {time}.""",
    "sea": """
        the tide is low {time}
        {number} boats are out.
        a ship passed {past}.
        the {animal} are loud {time}.
        the waves are {number} feet high.
        i saw a {colour} sail {past}.""",
    "baking": """
        the {food} {past} was {good}
        i have {number} loaves in the oven.
        i put {food} into everything.
        the {food} is ready {time}.
        i baked {food} for the {person} {past}.
        there is flour on the {object}.
        {food} needs more butter.""",
    "books": """
        i am reading about {thing}
        there is a book about {liked}.
        somebody wrote in the margin of a book about {hobby}.
        a book about {animal} must go back {time}.
        i read {number} pages {past}.
        the shelf of {reading} is full.""",
    "garden": """
        the {thing} in my garden {past} were {colour}
        i planted {number} carrots.
        the {animal} ate my roses.
        my garden needs {weather}.""",
    "animals": """
        my {colour} cat is {feeling}
        the {animal} came to the {place} {past}.
        i have {number} {animal}.
        my dog ate the {food}.""",
    "music": """
        i play the piano {time}
        there is music at the {place} {time}.
        my song about {animal} is {good}.
        the {person} sings about {weather}.""",
    "work": """
        i have to work {time}
        my boss wants the {object} {time}.
        the train was late {past}.
        {number} meetings {time}.""",
    "games": """
        i won {number} games {past}
        who plays {time}?
        i lost at chess to the {person}.
        one more game {time}.""",
    "stars": """
        the moon is {colour} {time}
        i counted {number} stars {past}.
        i dreamt of {wide}.
        mars is up {time}.""",
}.items()}


@dataclass
class Manner:
    name: str = "somebody"
    case: str = "sentence"  # sentence, lower, upper, loud: some words in capitals
    marks: dict = field(default_factory=lambda: {".": ".", "?": "?"})
    own: dict = field(default_factory=dict)  # YES, NO, …: what they say for it
    before: tuple = ()
    after: tuple = ()
    frames: tuple = ()
    tails: tuple = ()
    asks: tuple = ()  # before questions
    decorated: tuple = (0.0, 0.0, 0.0, 0.0)  # how often each of the first four
    terse: float = 0.0  # how often small words are left out
    contracts: bool = True
    subject: tuple = ()  # templates
    rides: float = 0.0  # how often they come to their subject
    most: int = 2  # sentences
    slang: bool = False
    stretch: float = 0.0


def draw(rng):
    """Somebody."""
    some = lambda words, most: tuple(rng.sample(words, rng.randint(1, most)))
    end = rng.choices([".", "", "!", "!!", "!!!", "...", "~"], [9, 6, 3, 2, 2, 2, 0.3])[0]
    often = lambda: rng.choice([0.0, 0.0, 0.1, 0.3, 0.6, 0.9])
    subject = rng.choice(list(SUBJECTS))
    return Manner(
        name=rng.choice(WORDS["name"]), case=rng.choices(["sentence", "lower", "upper", "loud"], [10, 8, 4, 1])[0],
        marks={".": end, "?": "?" if end != "!!!" else rng.choice(["?", "??", "?!"])},
        own={key: some(words, 3) for key, words in WORDS_FOR.items()}, before=some(BEFORE, 4), after=some(AFTER, 4), frames=some(FRAMES, 8),
        tails=some(TAILS, 6), decorated=(often(), often() / 2, often() * rng.choice([0, 0, 1]), often() * rng.choice([0, 0, 1])),
        terse=rng.choice([0, 0, 0, 0.3, 0.8, 1]), contracts=rng.random() < 0.6, subject=tuple(SUBJECTS[subject]),
        rides=rng.choice([0, 0, 0.1, 0.3, 0.7]), most=rng.choice([1, 1, 2, 2, 3]), slang=rng.random() < 0.1, stretch=rng.choice([0, 0, 0, 0.15]))


CONTRACTIONS = [("i am", "i'm"), ("it is", "it's"), ("i will", "i'll"), ("that is", "that's"), ("do not", "don't"), ("i have", "i've"),
                ("let us", "let's"), ("what is", "what's"), ("there is", "there's"), ("you are", "you're"), ("i would", "i'd")]
SLANG = [("you", "u"), ("are", "r"), ("to", "2"), ("please", "pls"), ("because", "cuz"), ("really", "rly"), ("very", "super"), ("today", "2day")]
SMALL = r"\b(i am|i was|i have(?! to)|i will|i think|it is|there is|there are|the|a|i(?! have to)) "


# Sentences that begin so are no clauses.
UNFRAMED = set("""then tell how have try take ask look let's shall let guess so make see give bring first wait go feed say who what why NO YES
    HELLO BYE THANKS maybe maybe. anyway, only with call stay only once light keep use thank me""".split())


def with_words(rng, manner, text, to):
    text = re.sub(r"\b(YES|NO|HELLO|BYE|THANKS)\b", lambda m: rng.choice(manner.own.get(m[1]) or WORDS_FOR[m[1]][:1]), text)
    return text.replace("NAME", to.lower())


def capitals(rng, manner, text):
    if manner.case == "lower":
        return text
    if manner.case == "upper":
        return text.upper()
    text = re.sub(r"\bi\b(?=['’ ]|$)", "I", text)
    text = text[:1].upper() + text[1:]
    for name in WORDS["name"]:
        text = re.sub(rf"\b{name.lower()}\b", name, text) if name.lower() in text and len(name) > 3 else text
    if manner.case == "loud":
        text = " ".join(word.upper() if rng.random() < 0.2 else word for word in text.split(" "))
    return text


def rendered(rng, manner, s: Sentence, to="you", last=True):
    """One sentence as they would write it."""
    text = with_words(rng, manner, s.text, to)
    before, after, frame, tail = (rng.random() < often for often in manner.decorated)
    long = s.mark == "." and len(text.split()) > 2 and text.split()[0] not in UNFRAMED
    if frame and long and manner.frames:
        text = rng.choice(manner.frames).replace("{s}", text)
    if tail and long and manner.tails:
        text += rng.choice(manner.tails)
    text = fill(rng, text)
    for whole, short in CONTRACTIONS:
        text = re.sub(rf"\b{whole}\b", short, text) if manner.contracts else re.sub(rf"\b{short}\b", whole, text)
    if manner.terse and rng.random() < manner.terse and len(text.split()) > 2:
        text = re.sub(SMALL, "", re.sub("i'm |it's |i've |i'll ", "", text))
    if manner.slang:
        for whole, short in SLANG:
            text = re.sub(rf"\b{whole}\b", short, text)
    openers = manner.asks if s.mark == "?" and manner.asks else manner.before
    if before and openers:
        text = f"{rng.choice(openers)} {text}"
    if manner.stretch and rng.random() < manner.stretch:
        text = re.sub(r"\b(so|oh|yes|no|very|good|lovely)\b", lambda m: m[0] + m[0][-1] * rng.randint(1, 3), text)
    mark = manner.marks.get(s.mark, s.mark)
    mark = mark if isinstance(mark, str) else rng.choice(mark)
    if after and manner.after and last:
        added = rng.choice(manner.after)
        joined = f"{text} {added}" if not added[0].isalpha() or rng.random() < 0.3 else f"{text}, {added}"
        # A face stands for the mark.
        text, mark = (f"{text}{mark if mark != '.' else ''} {added}", "") if not added[-1].isalpha() else (joined, mark)
    return capitals(rng, manner, text) + mark


def utterance(rng, manner, found, to="you"):
    """Sentences as they would write them, with their subject now and then: (text, the sentences)."""
    found = found[: manner.most]
    if manner.subject and rng.random() < manner.rides:
        found = found[: max(1, manner.most - 1)] + ridden(rng, manner)
    parts = [rendered(rng, manner, s, to, last=i == len(found) - 1) for i, s in enumerate(found)]
    text = parts[0]
    for part in parts[1:]:
        text += (" " if text[-1:] in ".?!~…" or not text[-1:].isalnum() else ", " if rng.random() < 0.5 else " ") + part
    return text, found


def ridden(rng, manner):
    """One of the subject's sentences, in plain words."""
    template = rng.choice(manner.subject)
    text = fill(rng, template)
    mark = text[-1] if text[-1] in ".?!" else "."
    kinds = re.findall(r"\{(food|animal|weather|thing|hobby|reading|liked|wide)\}", template)
    words = [word for kind in kinds for word in (WORDS[kind] if kind != "liked" else LIKABLE) if re.search(rf"\b{word}\b", text)]
    return [Sentence(text.rstrip(".?!"), mark, "note", max(words, key=len) if words else None)]
