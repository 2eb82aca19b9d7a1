"""What a person can tell about themselves or others, how it is asked back, and what the answer is.

A `Fact` is (key, value); the key decides which statement answers which question. A later statement of the same key wins.
"""

from dataclasses import dataclass

from invent import (ANIMALS, CITIES, COLOURS, FOODS, HOBBIES, JOBS, LANGUAGES, MONTHS, PETS, RELATIVES, THINGS, Inventor)


@dataclass(frozen=True)
class Fact:
    kind: str
    subject: str  # what distinguishes two facts of one kind: "cat", "favourite colour"
    value: str

    @property
    def key(self):
        return self.kind, self.subject


# For each kind: how it is told, how it is asked, the answer, the answer when it was never told, how it is confirmed.
# {s} is the subject, {v} the value.
PHRASES = {
    "name": (
        ["my name is {v}", "I am {v}", "I'm {v}", "call me {v}", "you can call me {v}", "they call me {v}", "hi, I am {v}",
         "hello, my name is {v}", "hey, I'm {v}", "hi! my name is {v}", "the name is {v}", "please call me {v}", "name's {v}",
         "it's me, {v}", "{v} is my name", "{v} here", "this is {v}", "my name's {v}", "hey Llama, my name is {v}",
         "people call me {v}", "everyone calls me {v}", "remember my name: {v}", "I go by {v}", "hello there, I'm {v}"],
        ["what is my name?", "what's my name?", "who am I?", "do you remember my name?", "do you know my name?", "tell me my name",
         "say my name", "can you tell me my name?", "what am I called?", "how am I called?", "do you know who I am?",
         "and what is my name?", "so what is my name?", "what did I say my name was?", "what was my name again?", "my name?",
         "do you still know my name?", "what do people call me?", "remember my name?", "hey Llama, what is my name?"],
        "Your name is {v}.", "You have not told me your name yet.", ["Nice to meet you, {v}!", "Hello, {v}! Nice to meet you."]),
    "pet": (
        ["my {s} is called {v}", "my {s}'s name is {v}", "I have a {s} called {v}", "I have a {s} named {v}", "my {s} is named {v}",
         "the name of my {s} is {v}", "we have a {s}, {v}", "I called my {s} {v}", "{v} is my {s}", "I've got a {s} named {v}"],
        ["what is my {s} called?", "what is my {s}'s name?", "what's the name of my {s}?", "do you remember my {s}'s name?",
         "how is my {s} called?", "what did I call my {s}?", "tell me the name of my {s}", "do you know my {s}'s name?",
         "who is my {s}?", "and my {s}?", "what's my {s} called"],
        "Your {s} is called {v}.", "You have not told me what your {s} is called.",
        ["{v} is a good name.", "I will remember that your {s} is called {v}."]),
    "relative": (
        ["my {s} is called {v}", "my {s}'s name is {v}", "my {s} is named {v}", "the name of my {s} is {v}", "{v} is my {s}",
         "I have a {s} called {v}", "I have a {s} named {v}"],
        ["what is my {s} called?", "what is my {s}'s name?", "what's the name of my {s}?", "do you remember my {s}'s name?",
         "who is my {s}?", "tell me the name of my {s}", "do you know my {s}'s name?", "and my {s}?"],
        "Your {s} is called {v}.", "You have not told me what your {s} is called.",
        ["{v} is a good name.", "I will remember that your {s} is called {v}."]),
    "thing": (
        ["my {s} is {v}", "remember that my {s} is {v}", "please remember: my {s} is {v}", "by the way, my {s} is {v}",
         "I told you, my {s} is {v}", "you know, my {s} is {v}", "my {s} is {v}, remember that", "fun fact: my {s} is {v}"],
        ["what is my {s}?", "what's my {s}?", "do you remember my {s}?", "tell me my {s}", "what did I say my {s} is?",
         "do you know my {s}?", "and my {s}?", "what was my {s} again?", "can you tell me what my {s} is?", "so what is my {s}?"],
        "Your {s} is {v}.", "You have not told me what your {s} is.",
        ["I will remember that your {s} is {v}.", "Good to know: your {s} is {v}."]),
    "city": (
        ["I live in {v}", "I am from {v}", "I'm from {v}", "I come from {v}", "my home is in {v}", "I moved to {v}",
         "I live in a place called {v}", "greetings from {v}", "I'm living in {v}"],
        ["where do I live?", "where am I from?", "which city do I live in?", "do you remember where I live?", "where is my home?",
         "where do I come from?", "do you know where I live?", "what city am I from?", "tell me where I live", "and where do I live?"],
        "You live in {v}.", "You have not told me where you live.", ["{v} sounds nice.", "I will remember that you live in {v}."]),
    "age": (
        ["I am {v} years old", "I'm {v} years old", "my age is {v}", "I turned {v} today", "I am {v}", "I'm {v}",
         "I am {v} years of age"],
        ["how old am I?", "what is my age?", "what's my age?", "do you remember how old I am?", "do you know my age?",
         "tell me my age", "and how old am I?", "what age am I?"],
        "You are {v} years old.", "You have not told me how old you are.", ["I will remember that you are {v} years old."]),
    "job": (
        ["I am a {v}", "I work as a {v}", "I'm a {v}", "my job is {v}", "I earn my money as a {v}", "I work as {v}"],
        ["what is my job?", "what do I do for a living?", "what's my job?", "do you remember my job?", "what do I work as?",
         "what is my profession?", "tell me my job", "do you know what I do for work?"],
        "You work as a {v}.", "You have not told me what your job is.", ["I will remember that you work as a {v}."]),
    "hobby": (
        ["my hobby is {v}", "I love {v}", "I like {v}", "I really like {v}", "I enjoy {v}", "I am into {v}", "I'm a fan of {v}"],
        ["what do I like?", "what is my hobby?", "what do I love?", "what's my hobby?", "do you remember what I like?",
         "what do I enjoy?", "tell me what I like", "what am I into?", "do you know what I like?"],
        "You like {v}.", "You have not told me what you like.", ["I will remember that you like {v}."]),
    "language": (
        ["I speak {v}", "my language is {v}", "my mother tongue is {v}", "I write in {v}"],
        ["which language do I speak?", "what language do I speak?", "what is my mother tongue?", "do you remember my language?"],
        "You speak {v}.", "You have not told me which language you speak.", ["I will remember that you speak {v}."]),
    "birthday": (
        ["my birthday is on {v}", "I was born on {v}", "my birthday is {v}", "it is my birthday on {v}"],
        ["when is my birthday?", "when was I born?", "do you remember my birthday?", "what day is my birthday?",
         "tell me my birthday", "when's my birthday?"],
        "Your birthday is on {v}.", "You have not told me when your birthday is.",
        ["I will remember that your birthday is on {v}."]),
    "secret": (
        ["the {s} is {v}", "remember the {s}: {v}", "remember the {s} {v}", "please remember the {s} {v}", "keep in mind that the {s} is {v}",
         "note: the {s} is {v}", "the {s} today is {v}", "don't forget, the {s} is {v}", "remember this {s}: {v}"],
        ["what is the {s}?", "what's the {s}?", "tell me the {s}", "do you remember the {s}?", "what was the {s}?", "say the {s}",
         "what was the {s} again?", "which {s} did I give you?", "repeat the {s}", "and the {s}?", "do you know the {s}?"],
        "The {s} is {v}.", "You have not told me what the {s} is.",
        ["I will remember that the {s} is {v}.", "Noted: the {s} is {v}."]),
    "friend": (
        ["{s} likes {v}", "{s} loves {v}", "my friend {s} likes {v}", "{s} really likes {v}", "did you know that {s} likes {v}?"],
        ["what does {s} like?", "what does {s} love?", "do you remember what {s} likes?", "tell me what {s} likes",
         "do you know what {s} likes?", "and what does {s} like?"],
        "{s} likes {v}.", "You have not told me what {s} likes.", ["I will remember that {s} likes {v}."]),
    "owner": (
        ["{s} is {v}", "by the way, {s} is {v}", "remember that {s} is {v}", "please remember that {s} is {v}"],
        ["what is {s}?", "do you remember what {s} is?", "tell me what {s} is", "so what is {s}?", "and what is {s}?"],
        "{s} is {v}.", "You have not told me what {s} is.", ["I will remember that {s} is {v}."]),
}

KINDS = (["name"] * 7 + ["pet"] * 3 + ["relative"] * 2 + ["thing"] * 7 + ["city"] * 2 + ["age", "job"] + ["hobby"] * 2
         + ["language", "birthday"] + ["secret"] * 3 + ["friend"] * 2 + ["owner"] * 2)
SECRETS = ["password", "code word", "secret word", "secret number", "magic word", "code", "word of the day", "answer", "keyword",
           "room number", "pin", "token", "magic number", "meeting point", "next word"]
FAVOURITES = {"colour": COLOURS, "color": COLOURS, "animal": ANIMALS, "food": FOODS, "city": CITIES, "hobby": HOBBIES,
              "language": LANGUAGES, "month": MONTHS, "fruit": FOODS, "sport": HOBBIES, "pet": PETS, "thing": THINGS}


def thing(make: Inventor):
    """(subject, value) of "my … is …": favourites, things with a colour or a name, and words nobody knows."""
    r, kind = make.rng, make.rng.random()
    if kind < 0.35:
        what = r.choice(list(FAVOURITES))
        return f"{r.choice(['favourite', 'favorite'])} {what}", make.either(FAVOURITES[what], 0.7)
    if kind < 0.42:
        return f"{r.choice(['favourite', 'favorite', 'lucky'])} number", make.number(0, 999)
    subject = make.either(THINGS, 0.6)
    if kind < 0.75:
        return subject, make.either(COLOURS, 0.7)
    if kind < 0.9:
        return subject, make.word()
    return subject, make.either(r.choice([ANIMALS, FOODS, THINGS, HOBBIES]))


def fact(make: Inventor, kind=None):
    """A fact nobody has heard before."""
    r = make.rng
    kind = kind or r.choice(KINDS)
    if kind == "name":
        return Fact(kind, "", make.name())
    if kind == "pet":
        return Fact(kind, make.either(PETS, 0.9), make.name())
    if kind == "relative":
        return Fact(kind, r.choice(RELATIVES), make.name())
    if kind == "thing":
        return Fact(kind, *thing(make))
    if kind == "secret":
        value = make.name() if r.random() < 0.3 else make.number(0, 9999) if r.random() < 0.4 else make.word()
        return Fact(kind, r.choice(SECRETS), value)
    if kind == "friend":
        return Fact(kind, make.name(), make.either(r.choice([HOBBIES, FOODS, ANIMALS, COLOURS]), 0.7))
    if kind == "owner":
        subject, value = thing(make)
        return Fact(kind, f"{make.name()}'s {subject}", value)
    value = {
        "city": lambda: make.either(CITIES, 0.6).capitalize(), "age": lambda: make.number(6, 99),
        "job": lambda: make.either(JOBS, 0.8), "hobby": lambda: make.either(HOBBIES + FOODS + ANIMALS, 0.7),
        "language": lambda: make.either(LANGUAGES, 0.8).capitalize(),
        "birthday": lambda: f"{r.choice(MONTHS)} {r.randint(1, 31)}" if r.random() < 0.5 else f"{r.randint(1, 31)} {r.choice(MONTHS)}",
    }[kind]()
    return Fact(kind, "", value)


def clash(a: Fact, b: Fact):
    """Whether two facts answer the same question: the same key, or the same thing under another kind."""
    same_subject = a.subject.replace("favorite", "favourite").replace("color", "colour") == b.subject.replace(
        "favorite", "favourite").replace("color", "colour")
    called = {"pet", "relative", "thing"}
    return same_subject and (a.kind == b.kind or {a.kind, b.kind} <= called)


def told(f: Fact, rng):
    return rng.choice(PHRASES[f.kind][0]).format(s=f.subject, v=f.value)


def asked(f: Fact, rng):
    return rng.choice(PHRASES[f.kind][1]).format(s=f.subject)


def answer(f: Fact):
    text = PHRASES[f.kind][2].format(s=f.subject, v=f.value)
    return text[0].upper() + text[1:] if f.kind != "friend" and f.kind != "owner" else text


def unknown(f: Fact):
    return PHRASES[f.kind][3].format(s=f.subject)


def confirmed(f: Fact, rng):
    return rng.choice(PHRASES[f.kind][4]).format(s=f.subject, v=f.value)
