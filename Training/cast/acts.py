"""What is said and what may be answered, in plain words: acts with their openings and answers.

`YES`, `NO`, `HELLO`, `BYE`, `THANKS` become the speaker's own word, `{it}` is what is spoken of.
"""

from words import lines

# How something is begun: act -> sentences.
OPENINGS = {act: lines(text) for act, text in {
    "hello": """
        HELLO
        HELLO everyone
        HELLO NAME
        anybody here?
        HELLO all. i am back.
        is anyone awake?""",
    "how": """
        how are you?
        how are you today, NAME?
        how is it going?
        are you well?
        how was your day?
        how do you feel?
        what's up?""",
    "bye": """
        BYE
        BYE everyone
        i have to go now
        i am off to bed
        see you {time}
        i am leaving""",
    "thanks": """
        THANKS
        THANKS, NAME
        THANKS for the {food}
        THANKS for the {object}
        you are kind""",
    "like": """
        do you like {it}?
        do you like {it}, NAME?
        what do you think of {it}?
        what do you think about {it}?
        any thoughts on {it}?
        are you fond of {it}?
        who likes {it}?
        how do you feel about {it}?
        and what about {it}?
        have you ever tried {it}?
        let's talk about {it}
        tell me about {it}
        tell me something about {it}
        i want to hear about {it}
        say something about {it}
        {it}?""",
    "love": """
        i like {it}
        i love {it}
        {it} {is} {good}
        {it} {is} the best
        i really enjoy {it}
        nothing is better than {it}
        i could not live without {it}
        i have always liked {it}""",
    "hate": """
        i don't like {it}
        i hate {it}
        {it} {is} {bad}
        i am tired of {it}
        i never liked {it}
        {it} {is} not for me""",
    "doing": """
        what are you doing?
        what are you doing, NAME?
        what are you up to?
        are you busy?
        what are you doing {time}?
        what did you do {past}?""",
    "i do": """
        i am {doing}
        i was {doing} {past}
        i spent all day {doing}
        right now i am {doing}
        guess what, i am {doing}""",
    "plan": """
        shall we {plan} {time}?
        shall we {plan}?
        do you want to {plan} {time}?
        let's {plan} {time}
        who wants to {plan}?
        we could {plan} {time}
        would you {plan} with me?""",
    "i plan": """
        i will {plan} {time}
        i want to {plan} {time}
        {time} i am going to {plan}
        i think i will {plan}
        my plan is to {plan} {time}""",
    "weather": """
        how is the weather?
        what is the weather like?
        will it rain {time}?
        is it cold there?
        is it raining?
        is there a storm coming?
        what does the sky say?""",
    "sky": """
        {sky}
        {sky} here
        {sky} again
        look, {sky}""",
    "eat": """
        what are you eating?
        what did you eat {past}?
        what shall i cook {time}?
        what is for dinner?
        i am hungry
        any ideas for dinner?
        what is your favourite food?
        what should i bake?""",
    "read": """
        what are you reading?
        can you recommend a book?
        what is your favourite book?
        have you read anything {good}?
        which book should i read {time}?
        i need something to read""",
    "choose": """
        {it} or {other}?
        do you prefer {it} or {other}?
        which is better, {it} or {other}?
        would you rather have {it} or {other}?""",
    "feel": """
        i am {it}
        i feel {it}
        i am so {it} today
        i am a bit {it}
        i have been {it} all day""",
    "saw": """
        i saw {animal} at the {place}
        there are {number} {animal} at the {place}
        the {person} has a new {object}
        i found a {colour} {object} in the {place}
        the {object} is broken
        the {person} came to the {place} {past}
        somebody left a {object} at the {place}
        the {place} is empty {time}
        i lost my {object} {past}""",
    "where": """
        where are you?
        where do you live?
        where is the {object}?
        have you seen my {object}?
        who took the {object}?""",
    "when": """
        when do you sleep?
        when shall we meet?
        when will you be there?
        what time is it?
        when do you open?""",
    "who": """
        who are you?
        what is your name?
        what do you do?
        tell me about yourself
        what is your job?""",
    "real": """
        are you real?
        are you a bot?
        are you an ai?
        are you human?
        is this a real person?""",
    "why": """
        why?
        why is that?
        but why?
        how come?
        why do you say that?""",
    "small": """
        ok
        really?
        lol
        oh
        hm
        YES
        NO
        nice
        wow
        haha
        i see
        what?
        good
        sure
        no way
        me too
        i agree""",
    "joke": """
        tell me a joke
        tell me a story
        say something funny
        i am bored, tell me something
        do you know a story?
        sing something""",
    "help": """
        can you help me?
        i need help with the {object}
        what should i do?
        i have a problem
        any advice?""",
    "odd": """
        what is {it}?
        do you know {it}?
        have you heard of {it}?
        can you explain {it}?
        what does {it} mean?""",
}.items()}

# What is answered; sentences that go on from there have the topic, too.
ANSWERS = {act: lines(text) for act, text in {
    "hello": """
        HELLO
        HELLO NAME
        HELLO. how are you?
        HELLO. i am {doing}.
        HELLO. come in.
        HELLO. good to see you.
        HELLO. {sky}.
        HELLO. what brings you here?
        HELLO. have some {food}.""",
    "how": """
        i am {good}. and you?
        i am {feeling}. how are you?
        i am {feeling} but {good}.
        {good}, THANKS. i was {doing}.
        a bit {feeling}. {sky}.
        not bad. i had {food} for breakfast.
        {good}. i am {doing}.
        better now. i was {feeling} {past}.""",
    "bye": """
        BYE
        BYE NAME. see you {time}.
        BYE. sleep well.
        BYE. mind the {weather}.
        BYE. take some {food} with you.
        already? BYE.
        BYE. come back {time}.""",
    "thanks": """
        you are welcome
        no trouble at all.
        any time.
        it was nothing. come back {time}.
        you are welcome, NAME.
        glad to help. have some {drink}.""",
    "like": """
        YES, i like {it}
        YES. {it} {is} {good}.
        YES, {it} {is} {good}. and you?
        NO, {it} {is} {bad}.
        NO. i don't like {it}.
        {it}? YES, i like {them} very much.
        {it}? NO, not for me.
        i love {it}. {they} make{s} me {feeling}.
        {it} {is} fine, but i prefer {liked}.
        i think {it} {is} {good}.
        i like {it}, but only {time}.
        {it}? my {person} loves {them}.
        {it} {is} better than {liked}.
        {it}! {they} {is} {good} with {drink}.
        i had enough of {it} {past}.
        YES, but {it} can be {bad}.
        {it} remind{s} me of the {place}.
        i never think about {it}.
        i saw {it} at the {place} {past}.""",
    "love": """
        me too. {it} {is} {good}.
        YES, {it} {is} {good}.
        {it}? i prefer {liked}.
        NO, {it} {is} {bad}.
        so do i. my {person} too.
        i like {them} too.
        everybody likes {it}.
        {it} {is} {good}, but {liked} too.
        why {it}?
        then you should meet my {person}.
        i am happy that you like {it}.""",
    "hate": """
        but {it} {is} {good}.
        YES, {it} {is} {bad}.
        me neither. i prefer {liked}.
        what is wrong with {it}?
        i like {it}.
        NO, {it} {is} {good}. try {them} again.
        {it} can be {bad}, YES.
        poor {it}.""",
    "doing": """
        i am {doing}
        i am {doing}. and you?
        {doing}.
        not much. {doing}.
        i was {doing}.
        i am {doing} with my {person}.
        i want to {plan}.
        nothing. {sky}.""",
    "i do": """
        that sounds {good}
        how {good}.
        i was {doing} {past} too.
        can i come?
        i am {doing} instead.
        is it {good}?
        again?
        my {person} does that too.
        at the {place}?
        do you like it?""",
    "plan": """
        YES, let's do that
        YES. i will bring {food}.
        YES, {time} is fine.
        NO, i am too {feeling}.
        NO, i have to {plan}.
        NO. {sky}.
        YES. shall i bring the {object}?
        maybe {time}.
        only with some {drink}.
        YES. meet me at the {place}.
        i will ask my {person}.
        i would rather {plan}.""",
    "i plan": """
        that sounds {good}
        can i come too?
        i will {plan} instead.
        take some {food} with you.
        take your {object}. {sky}.
        {time}? but {sky}.
        good plan.
        NO, stay here.
        my {person} will be there too.
        why not {time}?""",
    "weather": """
        {sky}
        {sky}. take your {object}.
        YES, {sky}.
        NO, {sky}.
        {weather} {time}, i think.
        the {place} is full of {weather}.
        {sky}, and i am {feeling}.
        it will be {good} {time}.
        we had {weather} {past}.""",
    "sky": """
        here too
        here it is {good}.
        then stay inside and have some {drink}.
        i like it when {sky}.
        take your {object}.
        i know. i am {feeling}.
        good for {hobby}.
        it will be over {time}.
        then let's {plan}.""",
    "eat": """
        {food}
        {food} with {food}.
        {food}, as always.
        try {food}.
        i had {food} {past}.
        make some {food}. it is {good}.
        {food} from the {place}.
        nothing. i am {feeling}.
        have some {food}.
        my favourite is {food}.""",
    "read": """
        {reading}
        {reading} about {animal}.
        {reading} about the {place}.
        a {good} book about {thing}.
        a book about {hobby}.
        try {reading}.
        nothing. i am {feeling}.
        {reading}, as always.
        my {person} gave me {reading}.
        look at the {place}, they have {reading}.""",
    "choose": """
        {it}
        {other}.
        {it}, of course.
        {other}, always.
        both.
        {it}. {other} {isother} {bad}.
        {other}. {it} {is} {bad}.
        neither. i prefer {liked}.
        {it} in the morning, {other} at night.""",
    "feel": """
        why are you {it}?
        me too. i am {it}.
        have some {drink}.
        have some {food}. then you will be less {it}.
        then {plan}.
        {it}? i was {it} {past}.
        oh NAME. come to the {place}.
        that is {good}.
        poor you.
        i am {feeling}.""",
    "saw": """
        really?
        how {good}.
        how {bad}.
        at the {place}?
        i saw that too {past}.
        my {person} told me.
        that is {good}.
        i don't believe it.
        who told you?
        are you sure?
        then we should {plan}.
        ask the {person}.
        it was me.""",
    "where": """
        at the {place}
        in the {place}, beside the {object}.
        i am at the {place}.
        the {person} took it.
        i don't know.
        near the {place}.
        under the {object}.
        look behind the {object}.
        here, {doing}.""",
    "when": """
        {time}
        {time}, i think.
        {time} at the {place}.
        not {time}.
        when the {person} comes.
        never.
        i don't know. ask the {person}.
        late.""",
    "who": """
        i am NAME
        i am the {person} of the {place}.
        i am only somebody who likes {liked}.
        i like {liked}. that is all.
        call me NAME.
        somebody who is {doing}.
        a friend of the {person}.""",
    "real": """
        NO, i am a machine
        NO. i am a small model.
        i am an ai. nobody is behind me.
        NO, i am made of numbers.
        YES, a bot. i only play.
        NO. i am invented.""",
    "why": """
        because of the {weather}
        because {sky}.
        because i am {feeling}.
        i don't know.
        ask my {person}.
        because {liked} can be {bad}.
        why not?
        because i like {liked}.
        i was {doing}, that is why.""",
    "small": """
        YES
        YES, really.
        i think so.
        and you?
        so, shall we {plan}?
        i am {doing}.
        {sky}.
        NO, really.
        do you like {liked}?
        what do you think of {liked}?
        i told you.
        that is how it is.
        anyway, i like {liked}.
        my {person} says so too.""",
    "joke": """
        {number} {animal} went to the {place}. only {number} came back.
        once the {person} lost a {object} in the {place}.
        a {colour} {object} is still a {object}.
        there was a {person} who was afraid of {liked}.
        i only know one about {animal}.
        NO, you tell me one.
        my {person} once ate {food} for {number} days.
        why did the {person} go to the {place}? because of the {food}.""",
    "help": """
        YES. what is it?
        ask the {person}.
        have some {drink} first.
        first {plan}.
        take the {object} to the {place}.
        i will help you {time}.
        NO, i am too {feeling}.
        wait until {time}.""",
    "odd": """
        i don't know {it}
        {it}? never heard of {them}.
        what is {it}?
        no idea. ask the {person}.
        {it} sounds {good}.
        {it} sounds {bad}.
        i know nothing about {it}.
        is {it} a kind of {food}?
        you tell me about {it}.""",
    "note": """
        YES
        YES, i know.
        me too.
        i think so too.
        i prefer {liked}.
        tell me more about {it}.
        i like {it}.
        {it}? really?
        what about {it}?
        {it} {is} {good}.
        {it} {is} {bad}.
        how {good}.
        i don't think so.
        NO, {it} {is} {good}.
        that makes me {feeling}.
        my {person} knows all about {it}.
        here we only have {liked}.
        then {plan}.
        why?
        i was {doing}.
        and then?""",
}.items()}
