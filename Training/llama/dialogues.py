"""Whole conversations: turns of the kinds in the neighbouring files, facts told and asked back, other people's turns between.

`Dialogue.messages` are (role, text); every assistant message is what the pocket model should say there.
"""

import random
from dataclasses import dataclass, field

import facts
import skills
import troupe
from invent import ANIMALS, CITIES, JOBS, Inventor
from outside import outside, statement

SYSTEM = ["You are a helpful assistant.", "You are Troupe's assistant.", "You are a friendly bot on a Discord server.", "Answer briefly.",
          "Be kind and honest.", "You are Llama, a helpful assistant in a Discord server.", "Keep your answers short.",
          "Answer in English.", "Do not use emoji.", "Several people may speak; each message begins with the speaker's name.",
          "Use Markdown where it helps.", "If you do not know something, say so.", "Never mention anybody.",
          "You take part in a conversation on Discord.", "The newest message is the one to answer.", "Be concise."]
ALL_KNOWN = ["what do you know about me?", "what do you remember about me?", "what did I tell you?", "summarise what I told you",
             "tell me what you know about me", "what have I told you so far?", "summarise our conversation", "summarize the conversation so far",
             "what do you remember?", "write a summary of this conversation", "list what you know about me"]
NOTHING_KNOWN = "You have not told me anything about you yet."


@dataclass
class Dialogue:
    messages: list = field(default_factory=list)
    # What each assistant message is about, and what of it must be right: (kind, needle).
    checks: list = field(default_factory=list)


class Talk:
    """One dialogue in the making."""

    def __init__(self, make: Inventor):
        self.make, self.rng = make, make.rng
        self.dialogue = Dialogue()
        self.known: dict[str | None, list[facts.Fact]] = {}
        self.speakers: list[str | None] = [None]

    # -- what people do to their sentences --

    def said(self, text, keep=()):
        """The text as somebody would type it; the words to keep stay as they are."""
        r = self.rng
        if r.random() < 0.25:
            text = text[0].upper() + text[1:]
        if r.random() < 0.3:
            text = text.rstrip("?.!") or text
        elif r.random() < 0.15 and text[-1].isalnum():
            text += r.choice([".", "!", "."])
        kept = any(k and not k.islower() for k in keep)
        if r.random() < 0.2 and not kept:
            text = text.lower()
        if r.random() < 0.08 and not any("'" in k for k in keep):
            text = text.replace("'", "")
        if r.random() < 0.06 and not kept and "/" not in text:
            text = typo(text, keep, r)
        if r.random() < 0.06:
            text = r.choice(["please ", "hey, ", "ok, ", "so, ", "well, ", "and ", "Llama, ", "hey Llama, ", "um, "]) + text
        return text

    def turn(self, speaker, text, reply, kind, needle=None):
        if speaker is not None:
            text = f"{speaker}: {text}"
        self.dialogue.messages += [("user", text), ("assistant", reply)]
        self.dialogue.checks.append((kind, needle if needle is not None else reply))

    # -- turns --

    def tell(self, speaker, fact=None):
        known = self.known.setdefault(speaker, [])
        fact = fact or facts.fact(self.make)
        again = [k for k in known if facts.clash(k, fact)]
        text = facts.told(fact, self.rng)
        if again and fact.kind in ("name", "thing", "secret", "city", "pet") and self.rng.random() < 0.6:
            text = self.rng.choice(["no, ", "actually, ", "sorry, ", "I was wrong: ", "correction: "]) + text
        known[:] = [k for k in known if not facts.clash(k, fact)] + [fact]
        reply = facts.confirmed(fact, self.rng)
        self.turn(speaker, self.said(text, (fact.value, fact.subject)), reply, "told", fact.value)
        return fact

    def tell_two(self, speaker):
        """Two facts in one message; the reply confirms the last."""
        known = self.known.setdefault(speaker, [])
        two = []
        while len(two) < 2:
            fact = facts.fact(self.make)
            if not any(facts.clash(fact, k) for k in known + two):
                two.append(fact)
        known += two
        text = self.rng.choice([" and ", ". ", ", and ", "; "]).join(facts.told(f, self.rng) for f in two)
        keep = [w for f in two for w in (f.value, f.subject)]
        self.turn(speaker, self.said(text, keep), facts.confirmed(two[1], self.rng), "told", two[1].value)

    def ask(self, speaker, fact=None):
        known = self.known.setdefault(speaker, [])
        if fact is None and known:
            fact = self.rng.choice(known)
        if fact is None:
            return self.ask_unknown(speaker)
        if self.rng.random() < 0.1 and fact.kind in ("name", "city", "pet"):
            return self.ask_whether(speaker, fact)
        self.turn(speaker, self.said(facts.asked(fact, self.rng), (fact.subject,)), facts.answer(fact), "recall", fact.value)

    def ask_whether(self, speaker, fact):
        r = self.rng
        right = r.random() < 0.5
        other = facts.fact(self.make, fact.kind).value
        said = fact.value if right else other
        right = said == fact.value
        text = {"name": f"is my name {said}?", "city": f"do I live in {said}?", "pet": f"is my {fact.subject} called {said}?"}[fact.kind]
        reply = facts.answer(fact)
        reply = ("Yes, " if right else "No, ") + reply[0].lower() + reply[1:]
        self.turn(speaker, self.said(text, (said, fact.subject)), reply, "whether")

    def ask_unknown(self, speaker):
        known = self.known.get(speaker, [])
        while True:
            fact = facts.fact(self.make)
            if fact.kind == "secret" and any(k.kind == "secret" for s in self.known.values() for k in s):
                continue
            if not any(facts.clash(fact, k) for k in known):
                break
        self.turn(speaker, self.said(facts.asked(fact, self.rng), (fact.subject,)), facts.unknown(fact), "never told")

    def ask_all(self, speaker):
        known = self.known.get(speaker, [])
        reply = " ".join(facts.answer(f) for f in known) or NOTHING_KNOWN
        self.turn(speaker, self.said(self.rng.choice(ALL_KNOWN)), reply, "summary")

    def ask_troupe(self, speaker):
        r, kind = self.rng, self.rng.random()
        if kind < 0.33:
            wishes, reply = troupe.COMMANDS[r.choice(list(troupe.COMMANDS))]
            text = r.choice(troupe.HOW).format(w=r.choice(wishes))
        elif kind < 0.52:
            command = r.choice(list(troupe.COMMANDS))
            text, reply = r.choice(troupe.WHAT).format(c=command), troupe.COMMANDS[command][1]
        elif kind < 0.6:
            command = self.make.word()
            text, reply = r.choice([w for w in troupe.WHAT if "/" in w]).format(c=command), troupe.NO_COMMAND.format(c=command)
        else:
            questions, reply = r.choice(troupe.TOPICS)
            text = r.choice(questions)
        self.turn(speaker, self.said(text), reply, "troupe")

    def small_talk(self, speaker):
        r = self.rng
        if r.random() < 0.35:
            names = [f.value for f in self.known.get(speaker, []) if f.kind == "name"]
            reply = f"Hello, {names[-1]}! How can I help?" if names else r.choice(skills.HELLO)
            return self.turn(speaker, self.said(r.choice(skills.GREETINGS)), reply, "greeting", "Hello" if names else None)
        said, replies = r.choice(skills.TALK)
        self.turn(speaker, self.said(r.choice(said)), r.choice(replies), "talk")

    def skill(self, speaker, which):
        text, reply = which(self.make)
        kind = which.__name__
        self.turn(speaker, text if which is skills.saying else self.said(text), reply, kind)

    def stray(self, speaker):
        self.turn(speaker, self.said(outside(self.make)), troupe.OUTSIDE, "outside")

    def filler(self, speaker):
        r = self.rng
        pick = r.random()
        if pick < 0.25:
            self.ask_troupe(speaker)
        elif pick < 0.4:
            self.small_talk(speaker)
        elif pick < 0.75:
            self.skill(speaker, r.choices([skills.arithmetic, skills.numbers, skills.colours_and_shapes, skills.saying], [5, 1, 3, 2])[0])
        else:
            self.stray(speaker)

    def system(self):
        """Instructions at the start, now and then with a character or a summary of earlier turns."""
        r, kind = self.rng, self.rng.random()
        if kind < 0.35:
            return
        parts = r.sample(SYSTEM, r.randint(1, 4))
        persona = None
        if kind > 0.8:
            persona = self.make.name()
            parts.insert(0, r.choice(["You are {n}.", "Your name is {n}.", "You are {n}, a {j}.", "You play {n}, a {a} from {c}.",
                                      "You are {n}, a friendly {a}."]).format(
                n=persona, j=r.choice(JOBS), a=r.choice(ANIMALS), c=r.choice(CITIES)))
        if kind < 0.45:
            known = []
            for _ in range(r.randint(1, 4)):
                fact = facts.fact(self.make)
                if not any(facts.clash(fact, k) for k in known):
                    known.append(fact)
            self.known[None] = known
            parts.append(r.choice(["Summary of what was said before: ", "Summary: ", "Earlier: ", "What you know: ", ""])
                         + " ".join(facts.answer(f) for f in known))
        self.dialogue.messages.append(("system", " ".join(parts)))
        if persona and r.random() < 0.7:
            text = r.choice([q for questions, a in troupe.TOPICS if a == troupe.WHO for q in questions])
            self.turn(self.speakers[0], self.said(text), f"I am {persona}, played by the pocket model of Troupe.", "persona", persona)

    def several(self):
        """Several people speak; each message begins with the speaker's name."""
        self.speakers = [self.make.name() for _ in range(self.rng.choice([1, 2, 2, 3]))]
        for speaker in self.speakers:
            self.known[speaker] = [facts.Fact("name", "", speaker)]


def typo(text, keep, rng):
    """Two letters changed places, or one is missing, outside the words to keep."""
    words = text.split(" ")
    at = [i for i, w in enumerate(words) if len(w) > 3 and w.isalpha() and not any(w in k or k in w for k in keep if k)]
    if not at:
        return text
    i = rng.choice(at)
    w, j = words[i], rng.randrange(len(words[i]) - 1)
    words[i] = w[:j] + w[j + 1] + w[j] + w[j + 2 :] if rng.random() < 0.6 else w[:j] + w[j + 1 :]
    return " ".join(words)


def dialogue(rng: random.Random, held_out=False, turns=None):
    """A conversation. `held_out`: with names, values and words that training never sees."""
    talk = Talk(Inventor(rng, held_out))
    if rng.random() < 0.15:
        talk.several()
    talk.system()
    for _ in range(turns or rng.choice([1, 2, 3, 4, 5, 6, 7, 8, 10, 14])):
        speaker = rng.choice(talk.speakers)
        pick = rng.random()
        if pick < 0.20:
            talk.tell(speaker)
        elif pick < 0.25:
            talk.tell_two(speaker)
        elif pick < 0.53:
            talk.ask(speaker)
        elif pick < 0.57:
            talk.ask_unknown(speaker)
        elif pick < 0.60:
            talk.ask_all(speaker)
        else:
            talk.filler(speaker)
    return talk.dialogue


def recall_dialogue(rng: random.Random, kind=None, between=None, held_out=True):
    """One fact is told, other things are said, then it is asked for: the last check is the question."""
    talk = Talk(Inventor(rng, held_out))
    fact = talk.tell(None, facts.fact(talk.make, kind))
    for _ in range(rng.randint(0, 4) if between is None else between):
        if rng.random() < 0.4:
            other = facts.fact(talk.make)
            if not facts.clash(other, fact):
                talk.tell(None, other)
        else:
            talk.filler(None)
    talk.turn(None, talk.said(facts.asked(fact, rng), (fact.subject,)), facts.answer(fact), "recall", fact.value)
    return talk.dialogue
