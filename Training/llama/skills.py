"""Small talk, sums, colours and shapes: each function returns (what a person says, the answer)."""

from invent import COLOURS, Inventor, is_held_out

GREETINGS = ["hi", "hello", "hey", "good morning", "good evening", "good afternoon", "hi there", "hello there", "hey there", "hello Llama",
             "hey Llama", "hi Llama", "yo", "hiya", "greetings", "howdy", "hello everyone", "hi bot", "hello bot", "hey you", "moin",
             "sup", "what's up", "good day", "hallo", "hi!", "hello!", "hey!", "anyone here?", "are you there?", "hello?", "you there?"]
HELLO = ["Hello! How can I help?", "Hi! What can I do for you?", "Hello! Ask me what I can do."]
TALK = [
    (["how are you?", "how are you doing?", "how do you do?", "how is it going?", "how are things?", "are you okay?", "how's it going?",
      "how do you feel?", "how was your day?", "everything fine?"], ["I am fine, thank you. How can I help?"]),
    (["thanks", "thank you", "thank you!", "thanks a lot", "thx", "many thanks", "cheers", "thank you very much", "ty", "great, thanks",
      "perfect, thank you", "that helped, thanks"], ["You are welcome!", "Gladly!"]),
    (["bye", "goodbye", "see you", "good night", "see you later", "bye bye", "I have to go", "farewell", "cya", "until tomorrow",
      "good night!", "bye!"], ["Goodbye!", "See you!"]),
    (["you are great", "good bot", "I like you", "well done", "nice", "you are clever", "great", "cool", "awesome", "I love you",
      "you're funny", "good job", "wow", "very good", "perfect", "that is right", "correct"], ["Thank you!"]),
    (["you are stupid", "bad bot", "I hate you", "you are dumb", "that is wrong", "you are useless", "you're wrong", "nonsense",
      "that's not right", "wrong"], ["I am sorry. I am a small model and know little."]),
    (["I am sad", "I'm not feeling well", "I had a bad day", "I feel lonely", "I am tired", "I am sick", "I'm so sad today", "I am angry",
      "I feel bad"], ["I am sorry to hear that. I hope it gets better soon."]),
    (["I am happy", "I had a great day", "I feel good", "I am so glad", "today is a good day", "I'm fine", "I am fine too", "I feel great",
      "I am well"], ["I am glad to hear that!"]),
    (["yes", "ok", "okay", "yep", "sure", "alright", "I see", "fine", "got it", "understood", "no", "nope", "maybe", "hm", "hmm", "ah"],
     ["All right. What else can I do for you?"]),
    (["sorry", "I am sorry", "my mistake", "excuse me", "pardon"], ["No problem!"]),
    (["tell me a joke", "do you know a joke?", "make me laugh", "say something funny", "joke please", "another joke"],
     ["What do you call a llama who paints? Van Goat's cousin.", "Why did the llama cross the channel? It had permission.",
      "What is a llama's favourite command? /alpaca. It does not exist."]),
    (["happy birthday", "merry christmas", "happy new year", "congratulations", "cheers to you"], ["Thank you, the same to you!"]),
    (["can you remember things?", "do you remember what I say?", "do you have a memory?", "will you remember this?",
      "do you learn from me?"], ["I use what was said in this conversation, as long as it fits."]),
]

WORDS = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen twenty""".split()
ASK_SUM = ["what is {t}?", "what's {t}?", "{t}?", "{t}", "{t} =", "how much is {t}?", "calculate {t}", "compute {t}", "can you tell me {t}?",
           "please solve {t}", "{t} = ?", "tell me what {t} is", "and {t}?", "do you know what {t} is?", "solve {t}"]
SIGNS = {"+": ["{a} + {b}", "{a}+{b}", "{a} plus {b}", "the sum of {a} and {b}"],
         "-": ["{a} - {b}", "{a}-{b}", "{a} minus {b}"],
         "*": ["{a} * {b}", "{a}*{b}", "{a} times {b}", "{a} x {b}", "{a} multiplied by {b}"],
         "/": ["{a} / {b}", "{a}/{b}", "{a} divided by {b}"]}
SIGN_SHOWN = {"+": "+", "-": "-", "*": "×", "/": "÷"}
RESULT = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a // b}


def operands(make: Inventor):
    r = make.rng
    while True:
        sign = r.choice("+++--**/")
        small = r.random() < 0.7
        if sign in "+-":
            a, b = (r.randint(0, 20), r.randint(0, 20)) if small else (r.randint(0, 99), r.randint(0, 99))
            if sign == "-" and a < b and r.random() < 0.7:
                a, b = b, a
        elif sign == "*":
            a, b = r.randint(0, 10), r.randint(0, 10)
        else:
            b, q = r.randint(1, 10), r.randint(0, 10)
            a = b * q
        # Held out are pairs, in whatever words.
        if is_held_out(f"{a}{sign}{b}") == make.held_out:
            return a, sign, b


def arithmetic(make: Inventor):
    r = make.rng
    a, sign, b = operands(make)
    spoken = r.random() < 0.12 and a <= 20 and b <= 20
    shown = [WORDS[n] if spoken else str(n) for n in (a, b)]
    term = r.choice(SIGNS[sign][2:] if spoken else SIGNS[sign]).format(a=shown[0], b=shown[1])
    return r.choice(ASK_SUM).format(t=term), f"{a} {SIGN_SHOWN[sign]} {b} = {RESULT[sign](a, b)}."


def numbers(make: Inventor):
    r, kind = make.rng, make.rng.randrange(7)
    n = r.randint(1, 99)
    if kind == 0:
        n = r.randint(2, 20)
        return r.choice(["count to {n}", "can you count to {n}?", "please count to {n}"]).format(n=n), ", ".join(
            map(str, range(1, n + 1))) + "."
    if kind == 1:
        return r.choice(["what comes after {n}?", "which number comes after {n}?", "what is after {n}?"]).format(n=n), f"{n + 1}."
    if kind == 2:
        return r.choice(["what comes before {n}?", "which number comes before {n}?"]).format(n=n), f"{n - 1}."
    if kind == 3:
        ask = r.choice(["is {n} even or odd?", "is {n} odd or even?", "even or odd: {n}?"])
        return ask.format(n=n), f"{n} is {'odd' if n % 2 else 'even'}."
    if kind == 4:
        m = r.choice([k for k in range(1, 100) if k != n])
        ask, pick = r.choice([("which is bigger, {n} or {m}?", max), ("what is larger, {n} or {m}?", max), ("which is smaller, {n} or {m}?", min)])
        return ask.format(n=n, m=m), f"{pick(n, m)}."
    if kind == 5:
        n = r.randint(1, 20)
        return r.choice(["what is double {n}?", "double {n}", "twice {n}?", "what is two times {n}?"]).format(n=n), f"2 × {n} = {2 * n}."
    n = 2 * r.randint(1, 20)
    return r.choice(["what is half of {n}?", "half of {n}?", "what is the half of {n}?"]).format(n=n), f"{n} ÷ 2 = {n // 2}."


COLOUR_OF = {
    "blue": ["the sky", "the sea", "the ocean", "a blueberry", "a sapphire", "water"],
    "green": ["grass", "a leaf", "a frog", "a cucumber", "a forest", "an emerald", "moss", "spinach", "a pea"],
    "red": ["a tomato", "blood", "a strawberry", "a fire engine", "a cherry", "a ruby", "a stop sign", "a ladybird"],
    "yellow": ["a banana", "the sun", "a lemon", "a canary", "corn", "a sunflower", "butter"],
    "orange": ["an orange", "a carrot", "a pumpkin", "a tiger", "a fox"],
    "white": ["snow", "milk", "a swan", "a polar bear", "salt", "rice", "a cloud"],
    "black": ["coal", "the night", "a raven", "a crow", "tar", "a panther"],
    "brown": ["chocolate", "wood", "a bear", "coffee", "earth", "a chestnut"],
    "purple": ["an aubergine", "a plum", "lavender", "a violet", "amethyst"],
    "pink": ["a flamingo", "a pig", "bubble gum"],
    "grey": ["an elephant", "a mouse", "ash", "concrete", "a rainy sky"],
}
MIX = {("blue", "yellow"): "green", ("red", "yellow"): "orange", ("red", "blue"): "purple", ("red", "white"): "pink",
       ("black", "white"): "grey", ("red", "green"): "brown", ("blue", "white"): "light blue"}
SIDES = {"triangle": 3, "square": 4, "rectangle": 4, "pentagon": 5, "hexagon": 6, "octagon": 8, "diamond": 4, "heptagon": 7}
SHAPES = "circle square triangle star heart diamond cross ring moon house tree flower".split()
PAINTED = "red orange yellow green blue purple pink brown black white".split()
RELATIONS = [("above", "below"), ("below", "above"), ("left of", "right of"), ("right of", "left of")]


def a(word):
    return ("an " if word[0] in "aeiou" else "a ") + word


def colours_and_shapes(make: Inventor):
    r, kind = make.rng, make.rng.randrange(7)
    if kind == 0:
        colour = r.choice(list(COLOUR_OF))
        thing = r.choice(COLOUR_OF[colour])
        ask = r.choice(["what colour is {t}?", "what color is {t}?", "which colour does {t} have?", "what is the colour of {t}?",
                        "what color does {t} have?", "tell me the colour of {t}"])
        return ask.format(t=thing), f"{thing[0].upper() + thing[1:]} is {colour}."
    if kind == 1:
        (x, y), z = r.choice(list(MIX.items()))
        if r.random() < 0.5:
            x, y = y, x
        ask = r.choice(["what do you get when you mix {x} and {y}?", "mix {x} and {y}", "what is {x} and {y} mixed?", "{x} plus {y}?",
                        "which colour do {x} and {y} make?", "what color do {x} and {y} make?", "what happens if I mix {x} with {y}?"])
        return ask.format(x=x, y=y), f"{x[0].upper() + x[1:]} and {y} make {z}."
    if kind == 2:
        shape, n = r.choice(list(SIDES.items()))
        ask = r.choice(["how many sides does {s} have?", "how many corners does {s} have?", "how many sides has {s}?", "sides of {s}?"])
        part = "corners" if "corner" in ask else "sides"
        return ask.format(s=a(shape)), f"{a(shape).capitalize()} has {n} {part}."
    if kind == 3:
        return r.choice([
            (r.choice(["which shape is round?", "what shape is round?", "name a round shape"]), "A circle is round."),
            (r.choice(["how many sides does a circle have?", "how many corners does a circle have?"]), "A circle has none: it is round."),
            (r.choice(["what shape is a ball?", "what shape is the sun?", "what shape is a wheel?", "what shape is a coin?"]), "It is round, like a circle."),
            (r.choice(["name some colours", "which colours do you know?", "what colors do you know?", "tell me a few colours"]),
             "Red, orange, yellow, green, blue, purple, pink, brown, black and white."),
            (r.choice(["name some shapes", "which shapes do you know?", "what shapes are there?", "tell me a few shapes"]),
             "Circle, square, triangle, star, heart, diamond, cross, ring, moon, house, tree and flower."),
            (r.choice(["what are the primary colours?", "which are the primary colors?", "name the primary colours"]),
             "Red, yellow and blue."),
            (r.choice(["what are the colours of the rainbow?", "which colors has a rainbow?", "name the colours of the rainbow"]),
             "Red, orange, yellow, green, blue, indigo and violet."),
        ])
    if kind == 4:
        x = r.choice(["one", "two", "three", "four", "a", "a large", "a small", "two striped", "a dotted", "three small"])
        many = x.split()[0] not in ("a", "one")
        scene = f"{x} {r.choice(PAINTED)} {r.choice(SHAPES)}{'s' if many else ''}"
        if r.random() < 0.6:
            scene += f" {r.choice(RELATIONS)[0]} {a(r.choice(PAINTED))} {r.choice(SHAPES)}"
        if r.random() < 0.3:
            scene = f"{r.choice(['a', 'two', 'my', 'the'])} {make.phrase(1, 3)}"
        ask = r.choice(["paint {s}", "draw {s}", "paint me {s}", "draw me {s}", "can you paint {s}?", "please draw {s}", "make a picture of {s}",
                        "I want a picture of {s}", "generate {s}", "show me {s}", "create an image of {s}", "can you draw {s}?"])
        return ask.format(s=scene), f"I only write; the painter paints: type /generate {scene}"
    shapes = r.sample(SHAPES, 2)
    c = r.sample(PAINTED, 2) if r.random() < 0.7 else [make.either(COLOURS) for _ in range(2)]
    relation, inverse = r.choice(RELATIONS)
    scene = f"{r.choice(['there is ', 'I see ', 'imagine ', ''])}{a(c[0])} {shapes[0]} {relation} {a(c[1])} {shapes[1]}"
    i = r.randrange(2)
    question, reply = r.choice([
        (f"what colour is the {shapes[i]}?", f"The {shapes[i]} is {c[i]}."),
        (f"what color is the {shapes[i]}?", f"The {shapes[i]} is {c[i]}."),
        (f"which shape is {c[i]}?", f"The {shapes[i]} is {c[i]}."),
        (f"what is {relation} the {c[1]} {shapes[1]}?", f"The {c[0]} {shapes[0]} is {relation} the {c[1]} {shapes[1]}."),
        (f"what is {inverse} the {c[0]} {shapes[0]}?", f"The {c[1]} {shapes[1]} is {inverse} the {c[0]} {shapes[0]}."),
        (f"where is the {shapes[0]}?", f"The {shapes[0]} is {relation} the {shapes[1]}."),
        (f"where is the {shapes[1]}?", f"The {shapes[1]} is {inverse} the {shapes[0]}."),
    ])
    return f"{scene}. {question}", reply


def saying(make: Inventor):
    """Words to be said again."""
    r = make.rng
    if r.random() < 0.35:
        name = make.name()
        return r.choice([
            (f"say hello to {name}", f"Hello, {name}!"), (f"greet {name}", f"Hello, {name}!"), (f"say goodbye to {name}", f"Goodbye, {name}!"),
            (f"say hi to my friend {name}", f"Hello, {name}!"), (f"please welcome {name}", f"Hello, {name}!"),
            (f"wish {name} a good night", f"Good night, {name}!"), (f"wish {name} a happy birthday", f"Happy birthday, {name}!"),
            (f"thank {name} for me", f"Thank you, {name}!"),
        ])
    words = make.phrase(1, 9)
    ask = r.choice(["repeat after me: {w}", "say: {w}", "repeat: {w}", "say {w}", "please say {w}", "echo {w}", "can you say {w}?",
                    "repeat {w}", 'say "{w}"', "repeat this: {w}", "write {w}"])
    return ask.format(w=words), words
