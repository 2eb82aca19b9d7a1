"""The little world that the cast talks of: words by kind, and how sentences are filled with them."""

import re

WORDS = {
    "food": """bread; soup; rye bread; apple pie; plum cake; cheese; porridge; pancakes; dumplings; honey; jam; butter; rice; noodles;
        stew; biscuits; buns; ginger cake; waffles; toast; eggs; mushrooms; potatoes; carrots; pears; cherries; apples; plums; nuts;
        salted fish; onion tart; lemon cake; poppy seed rolls; chocolate; cinnamon rolls; pizza; pasta; salad; beans; ice cream;
        garlic bread; fish cakes; sandwiches; raisins; vanilla cream; sourdough; oat cookies; pumpkin soup""",
    "drink": "tea; coffee; cocoa; milk; water; lemonade; apple juice; mint tea; ginger beer; hot chocolate; soup broth; cider",
    "animal": """cats; dogs; gulls; seals; horses; owls; crabs; whales; goats; geese; rabbits; hedgehogs; bees; spiders; mice; bats;
        foxes; crows; turtles; snails; frogs; hens; ducks; moths; otters; beetles; swallows; donkeys""",
    "weather": """rain; fog; snow; wind; sunshine; thunder; hail; frost; storms; clouds; drizzle; mist; lightning; heat; ice; showers;
        calm seas; high tides; cold nights; clear skies; grey mornings""",
    "reading": """books; poems; maps; letters; mystery novels; old diaries; dictionaries; sea stories; fairy tales; newspapers; comics;
        ghost stories; cookbooks; travel books; history books; love letters; plays; riddles; legends; adventure stories""",
    "thing": """lamps; boats; clocks; kettles; umbrellas; ropes; candles; bridges; radios; coats; boots; hats; trains; bicycles; keys;
        windows; ladders; mirrors; stamps; puzzles; kites; spoons; blankets; pianos; engines; baskets; lanterns; tin boxes; ovens;
        bookshelves; ink pens; anchors; bells; towers; gardens; roses; tulips; trees; mountains; rivers; stars; islands; songs""",
    "hobby": """reading; baking; fishing; sailing; painting; singing; dancing; swimming; cooking; walking; knitting; cycling; chess;
        gardening; sleeping; running; drawing; rowing; writing; football; climbing; stargazing; birdwatching; collecting shells;
        playing cards; waiting; cleaning; counting waves; whistling; juggling""",
    "wide": """computers; robots; movies; video games; school; homework; mondays; holidays; birthdays; phones; the internet; discord;
        music; jazz; guitars; space; the moon; magic; dragons; castles; money; work; politics; basketball; programming; rockets;
        dinosaurs; ghosts; pirates; museums; cities; dreams; numbers; art; science; winter; summer; spring; autumn; weekends""",
    "place": """harbour; market; library; garden; park; kitchen; tower; bridge; station; beach; island; town; river; forest; school;
        cafe; bakery; lighthouse; museum; village; pier; attic; cellar; workshop; mill; square; hill; lake; cave; theatre""",
    "object": """lamp; kettle; oven; boat; door; window; clock; radio; ladder; bell; umbrella; rope; chair; table; bicycle; letter; map;
        basket; key; candle; stove; shelf; roof; book; bucket; blanket; piano; lantern; mirror; bench; barrel; notebook; engine""",
    "person": """neighbour; sister; postman; doctor; captain; teacher; brother; grandmother; fisherman; mayor; cousin; cook; friend;
        aunt; uncle; gardener; baker; sailor; student; librarian; miller; painter; tailor; piper; ferryman""",
    "time": """tonight; tomorrow; this evening; this afternoon; on sunday; on monday; at noon; after lunch; at dawn; next week; later;
        on friday; at midnight; in the morning; soon; after the storm; before dinner; this weekend; at six; on saturday""",
    "past": "yesterday; last night; this morning; last week; on tuesday; a year ago; at breakfast; an hour ago; last winter; just now",
    "plan": """go to the {place}; read a book; bake some {food}; have some {drink}; walk to the {place}; cook {food}; take the boat out;
        repair the {object}; listen to music; play cards; visit the {person}; look at the stars; clean the {object}; write a letter;
        paint the {object}; go fishing; meet at the {place}; watch the {animal}; buy {food}; tell stories; sing a song; feed the {animal};
        sit by the {place}; try the {food}; sort the {reading}; make soup; go for a walk; play a game; watch a movie""",
    "doing": """reading; baking {food}; cooking {food}; cleaning the {object}; watching the {animal}; sitting by the {object};
        writing a letter; drinking {drink}; looking out of the window; waiting for the {person}; repairing the {object}; eating {food};
        listening to the {weather}; counting {thing}; sorting {reading}; thinking about {hobby}; making {drink}; feeding the {animal};
        walking to the {place}; learning about {thing}; looking for the {object}; resting; not much; painting the {object}""",
    "good": """good; lovely; fine; wonderful; nice; great; perfect; excellent; delightful; splendid; warm; quiet; charming; brilliant;
        beautiful; pleasant; remarkable""",
    "bad": "awful; bad; dull; terrible; strange; sad; too loud; rather damp; boring; horrible; dreadful; tiring; a bit much; gloomy",
    "feeling": "tired; happy; hungry; cold; sad; bored; sleepy; excited; lonely; busy; sick; nervous; angry; lost; thirsty; calm",
    "number": "two; three; four; five; six; seven; eight; nine; ten; twelve; twenty; forty; a hundred",
    "colour": "red; blue; green; grey; white; black; yellow; brown; golden; silver; purple; orange",
    "side": "north; south; east; west; northwest; southwest; northeast; southeast",
    "sky": "it is raining; it is snowing; it is foggy; the sun is out; it is windy; it is freezing; it is hot; it is cloudy; it is getting dark; a storm is coming; the sky is clear; it is cold outside",
    "name": """Ada; Bo; Cleo; Dot; Elm; Fern; Gil; Hob; Ivo; Juno; Kip; Lark; Moss; Nell; Otto; Pip; Rook; Sage; Tam; Una; Vesper; Wren;
        Yarrow; Zib; Wick; Crumb; Quill; Bramble; Clover; Ember; Flint; Hazel; Jasper; Mabel; Olive; Pepper""",
}
WORDS = {kind: [" ".join(word.split()) for word in words.split(";")] for kind, words in WORDS.items()}
# What one can like or not: said without an article.
LIKED = ["food", "drink", "animal", "weather", "reading", "thing", "hobby", "wide"]
SINGULAR = {"chess", "discord", "physics"}


def is_plural(word):
    last = word.split()[-1]
    return last.endswith("s") and not last.endswith("ss") and last not in SINGULAR or last in ("geese", "mice", "letters")


def unheard(rng):
    """A word that nobody knows."""
    syllables = "bal cor dim fen gru hal jin kor lum mip nor pim quo ras sil tov ulm vex wim yar zot tri blo cha".split()
    return "".join(rng.choice(syllables) for _ in range(rng.randint(2, 3)))


# What agrees with the topic: of one, of several.
AGREEING = {"it": None, "is": ("is", "are"), "s": ("s", ""), "them": ("it", "them"), "they": ("it", "they")}


def needs_topic(text):
    return any(f"{{{kind}}}" in text for kind in AGREEING)


def fill(rng, text, topic=None):
    """Puts words into `{kind}`; `{it}` is the topic, `{is}`, `{them}`, `{do}` agree with it, `{liked}` is any liked kind."""

    def word(match):
        kind = match[1]
        if kind in AGREEING:
            return (topic if kind == "it" else AGREEING[kind][is_plural(topic)]) + (match[2] or "")
        if kind == "liked":
            kind = rng.choice(LIKED)
        chosen = rng.choice(WORDS[kind])
        verb = {" is": " are", " was": " were"}.get(match[2], match[2]) if is_plural(chosen) else match[2]
        return chosen + (verb or "")

    for _ in range(3):
        if "{" not in text:
            break
        text = re.sub(r"\{(\w+)\}( (?:is|was)\b)?", word, text)
    return text


def lines(text):
    """One template a line."""
    return [line.strip() for line in text.strip().splitlines() if line.strip()]
