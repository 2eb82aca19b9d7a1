"""Begins and answers in plain words; manners make them somebody's own. A sentence ends in its mark."""

from dataclasses import dataclass

from acts import ANSWERS, OPENINGS
from words import LIKED, WORDS, fill, is_plural, needs_topic, unheard


@dataclass(frozen=True)
class Sentence:
    text: str  # without its mark
    mark: str  # . or ?
    act: str
    topic: str | None = None


def topic_of(rng, act):
    """What is spoken of: (topic, another)."""
    if act == "feel":
        return rng.choice(WORDS["feeling"]), None
    if act == "odd":
        return (unheard(rng) if rng.random() < 0.6 else rng.choice(WORDS[rng.choice(LIKED)])), None
    kind = rng.choice(LIKED)
    topic = unheard(rng) if rng.random() < 0.04 else rng.choice(WORDS[kind])
    return topic, rng.choice([word for word in WORDS[kind] if word != topic])


def sentences(rng, template, act, topic=None, other=None):
    """The template's sentences, filled."""
    text = template
    if other:
        text = text.replace("{isother}", "are" if is_plural(other) else "is").replace("{other}", other)
    # What a sentence is about, where nothing was given: the first word that it is filled with.
    if topic is None and "{liked}" in text:
        topic = rng.choice(WORDS[rng.choice(LIKED)])
        text = text.replace("{liked}", topic, 1)
    text = fill(rng, text, topic)
    found = []
    for part in text.replace("? ", "?|").replace(". ", ".|").replace("! ", "!|").split("|"):
        mark = part[-1] if part[-1] in ".?!" else "."
        found.append(Sentence(part.rstrip(".?!"), mark, act, topic))
    return found


def opening(rng, act=None):
    """Something to begin with."""
    weights = {"like": 12, "love": 5, "hate": 4, "choose": 4, "saw": 2, "sky": 2, "odd": 4, "feel": 2, "i do": 2, "i plan": 2, "plan": 2, "small": 3, "hello": 2}
    act = act or rng.choices(list(OPENINGS), [weights.get(act, 1) for act in OPENINGS])[0]
    topic, other = topic_of(rng, act) if any("{it}" in line for line in OPENINGS[act]) else (None, None)
    return [Sentence(s.text, s.mark, act, s.topic or topic) for s in sentences(rng, rng.choice(OPENINGS[act]), act, topic, other)]


def answer(rng, said: Sentence):
    """In plain words; what goes on from it is an act of its own."""
    act = said.act if said.act in ANSWERS else "note"
    topic, other = said.topic, None
    if act == "choose" and (" or " not in said.text or said.mark != "?"):
        act = "note"
    if act == "choose":
        topic, other = said.text.split(" or ")[0].split("have ")[-1].split("prefer ")[-1].split(", ")[-1], said.text.split(" or ")[1]
    if topic is None:
        # Of what is not spoken of nothing is said.
        fitting = [line for line in ANSWERS[act] + ANSWERS["note"] * (act in ("like", "love", "hate")) if not needs_topic(line)]
        return continued(sentences(rng, rng.choice(fitting), act))
    return continued(sentences(rng, rng.choice(ANSWERS[act]), act, topic, other))


# A question that ends an answer, by its words: what may be answered to it.
ASKED = {"and you": "how", "how are you": "how", "can i come": "plan", "shall we": "plan", "why": "why", "do you like": "like",
         "what do you think": "like", "what is it": "help", "really": "small", "are you sure": "small"}


def continued(found):
    """Answers as something to be answered in turn."""

    def act(s):
        if s.mark == "?":
            return next((act for words, act in ASKED.items() if s.text.startswith(words)), "note")
        return next((act for words, act in (("i like", "love"), ("i love", "love"), ("i am", "i do")) if s.text.startswith(words)), "note")

    return [Sentence(s.text, s.mark, act(s), s.topic) for s in found]
