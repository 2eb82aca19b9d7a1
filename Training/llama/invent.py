"""Names, words and values that nobody has seen: made of syllables, letters, or taken from short lists.

Everything that may be asked back comes from here. What `is_held_out` says of a word decides whether training may use it: the
same word is either always in training or never.
"""

import hashlib
import random

GIVEN = """Ada Alan Alice Amir Ana Anders Anna Anton Aria Arthur Asha Astrid Aya Bea Ben Bianca Bjorn Boris Bruno Carla Carlos
Chen Chloe Clara Cora Dan Dana Daniel David Dora Edgar Elena Eli Elif Ella Emil Emma Erik Esra Eva Felix Fiona Frank Freya Gina
Grace Greta Hana Hans Hassan Hugo Ian Ida Igor Ines Ingrid Iris Ivan Jack Jan Jana Jane Jin Joe John Jonas Julia Jun Kai Karin
Kate Kenji Kira Lars Lea Leo Lena Liam Lina Linus Lisa Luca Lucy Luis Maja Marco Maria Marie Mark Marta Max Maya Mei Mia Mila
Mina Mira Nadia Nina Noah Nora Olaf Olga Oliver Omar Oscar Otto Paul Pavel Petra Pia Priya Quinn Rania Raj Rita Robin Rosa Ruth
Sam Sara Selma Simon Sofia Sven Tara Theo Tim Tom Uma Vera Victor Wanda Xenia Yara Yuki Yusuf Zara Zoe Maximilian Penelope
Alexander Charlotte Benjamin Isabella Sebastian Dimitri Guadalupe Katarzyna Mohammed Fatima Nguyen Siobhan Zoë José Renée Jürgen
Łukasz Åsa Øystein Žofia Иван Ольга 李雷 さくら""".split()
CITIES = """Berlin Paris London Rome Madrid Lisbon Oslo Helsinki Vienna Prague Warsaw Athens Dublin Zurich Hamburg Munich Milan
Naples Seville Porto Lyon Ghent Riga Tallinn Vilnius Kyiv Istanbul Cairo Lagos Nairobi Accra Dakar Mumbai Delhi Chennai Lahore
Tokyo Osaka Kyoto Seoul Busan Beijing Shanghai Hanoi Bangkok Jakarta Manila Sydney Perth Auckland Toronto Montreal Boston Chicago
Denver Austin Seattle Portland Phoenix Lima Quito Bogota Santiago Havana Mexico Bristol Leeds Glasgow Cardiff""".split()
COLOURS = """red orange yellow green blue purple pink brown black white grey teal cyan magenta violet indigo turquoise crimson scarlet
maroon beige ivory gold silver bronze copper lavender lilac mint olive lime navy azure amber coral peach salmon rose""".split()
ANIMALS = """cat dog horse cow pig sheep goat llama alpaca camel lion tiger bear wolf fox rabbit hare mouse rat hamster hedgehog otter
badger beaver deer moose elephant giraffe zebra hippo rhino monkey gorilla panda koala kangaroo owl eagle hawk raven crow robin
penguin parrot swan duck goose turtle snake lizard frog toad newt shark whale dolphin octopus squid crab lobster bee ant wasp
butterfly spider snail""".split()
FOODS = """pizza pasta rice bread cheese soup salad curry ramen sushi tacos burritos falafel hummus pancakes waffles porridge apples
pears plums cherries grapes lemons oranges bananas mangoes melons berries carrots peas beans potatoes onions tomatoes mushrooms
noodles dumplings pierogi paella risotto lasagne chocolate cake cookies honey jam butter yoghurt""".split()
JOBS = """baker teacher nurse doctor farmer gardener carpenter plumber painter writer singer dancer actor pilot sailor cook waiter
lawyer judge clerk engineer programmer designer chemist physicist biologist tailor barber librarian translator driver mechanic
photographer journalist firefighter potter weaver""".split()
HOBBIES = """chess football tennis swimming running cycling hiking climbing sailing rowing skating skiing dancing singing drawing
painting reading writing cooking baking gardening fishing knitting sewing pottery juggling yoga boxing fencing archery
birdwatching stargazing puzzles origami poetry photography""".split()
THINGS = """car bike boat house garden book lamp chair table phone laptop guitar piano violin drum hat coat scarf umbrella bag box cup
bottle plate spoon clock watch ring key door window tent kite ball robot rocket spaceship server keyboard mouse notebook pen
team band club street school office shop village planet castle dragon plant tree flower rabbit hamster sword shield wizard
guild channel project game song movie""".split()
MONTHS = "January February March April May June July August September October November December".split()
PETS = "cat dog hamster rabbit parrot horse goldfish turtle llama snake hedgehog goat ferret pony duck".split()
RELATIVES = """sister brother mother father mum dad wife husband son daughter cousin aunt uncle grandmother grandfather friend boss
neighbour teacher partner girlfriend boyfriend roommate""".split()
LANGUAGES = """English German French Spanish Italian Portuguese Dutch Swedish Danish Finnish Polish Czech Greek Turkish Arabic Hebrew
Hindi Bengali Urdu Tamil Thai Korean Japanese Mandarin Swahili Welsh Irish Swift Python Rust""".split()

ONSETS = "b c d f g h j k l m n p r s t v w x z br ch cr dr fl gr kl kr ph pr qu sh sl st th tr vl zh".split()
VOWELS = "a e i o u a e i o u ai au ea ee ia io oa oo ou y".split()
CODAS = ["", "", "", "", "b", "d", "k", "l", "m", "n", "r", "s", "t", "x", "z", "ck", "ld", "nd", "ng", "rk", "sh", "st", "th"]
ACCENTS = "éèüöäñçåøšžı"
LETTERS = "abcdefghijklmnopqrstuvwxyz"

HELD_OUT_PERCENT = 10


def is_held_out(word):
    """Whether training may never see this word as something to remember."""
    return hashlib.sha256(word.strip().lower().encode()).digest()[0] * 100 < HELD_OUT_PERCENT * 256


class Inventor:
    """Draws words. `held_out`: only those that training never sees, instead of never those."""

    def __init__(self, rng: random.Random, held_out=False):
        self.rng, self.held_out = rng, held_out

    def _accept(self, make):
        while is_held_out(word := make()) != self.held_out:
            pass
        return word

    def of(self, words):
        """One of a list, from the allowed part of it."""
        allowed = [w for w in words if is_held_out(w) == self.held_out]
        return self.rng.choice(allowed or words)

    def syllables(self, low=1, high=3):
        r = self.rng
        return self._accept(
            lambda: "".join(r.choice(ONSETS) + r.choice(VOWELS) + r.choice(CODAS) for _ in range(r.randint(low, high))))

    def letters(self, low=2, high=7):
        r = self.rng
        return self._accept(lambda: "".join(r.choice(LETTERS) for _ in range(r.randint(low, high))))

    def word(self):
        """A word without meaning."""
        return self.syllables() if self.rng.random() < 0.75 else self.letters(3, 8)

    def name(self):
        r, kind = self.rng, self.rng.random()
        if kind < 0.3:
            return self.of(GIVEN)
        if kind < 0.75:
            name = self.syllables().capitalize()
        elif kind < 0.87:
            name = self.letters().capitalize()
        elif kind < 0.92:
            name = self.syllables(1, 2) + str(r.randint(0, 9999))
        elif kind < 0.95:
            name = self.syllables().upper() if r.random() < 0.5 else self.syllables()
        elif kind < 0.98:
            name = self.syllables(1, 1).capitalize() + r.choice("_-. ") + self.syllables(1, 2).capitalize()
        else:
            name = self.syllables(1, 2)
            at = r.randrange(len(name))
            name = (name[:at] + r.choice(ACCENTS) + name[at + 1 :]).capitalize()
        return name

    def either(self, words, share=0.5):
        """One of a list, or a word without meaning."""
        return self.of(words) if self.rng.random() < share else self.word()

    def number(self, low, high):
        return str(self.rng.randint(low, high))

    def phrase(self, low=2, high=6):
        """Words to be said again, with and without meaning."""
        r = self.rng
        pools = (COLOURS, ANIMALS, FOODS, THINGS, HOBBIES, JOBS)
        return " ".join(self.word() if r.random() < 0.5 else r.choice(r.choice(pools)) for _ in range(r.randint(low, high)))
