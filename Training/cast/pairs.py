"""Messages and answers of people that are invented for one exchange each, as the base learns them; and their tokens."""

import random
from dataclasses import replace

from tokenizers import ByteLevelBPETokenizer

import manners
import talk
from characters import CAST

END = "<|endoftext|>"


def borrowing(rng, manner):
    """Now and then somebody uses turns of the cast, in a manner of their own, so that the base knows all of the cast's words: (who lends
    them, the manner)."""
    if rng.random() < 0.6:
        return talk, manner
    lender = rng.choice(CAST)
    some = lambda theirs, own: tuple(rng.sample(theirs, min(len(theirs), rng.randint(1, 8)))) or own
    often = tuple(max(theirs * rng.random(), own) for theirs, own in zip(lender.decorated, manner.decorated))
    return lender, replace(
        manner, before=some(lender.before, manner.before), asks=lender.asks, after=some(lender.after, manner.after),
        frames=some(lender.frames, manner.frames), tails=some(lender.tails, manner.tails), decorated=often, subject=lender.subject)


def pair(rng):
    """(message, answer, what both speak of); an empty message: something is begun."""
    (asking, one), (answering, other) = borrowing(rng, manners.draw(rng)), borrowing(rng, manners.draw(rng))
    if rng.random() < 0.12:
        found = manners.ridden(rng, other) if rng.random() < 0.4 else answering.opening(rng)
        return "", manners.utterance(rng, other, found, one.name)[0], None
    if rng.random() < 0.3:
        # What is answered was an answer itself, or came out of the blue.
        found = asking.answer(rng, rng.choice(talk.opening(rng))) if rng.random() < 0.7 else manners.ridden(rng, one)
    else:
        found = (asking if rng.random() < 0.2 else talk).opening(rng)
    text, found = manners.utterance(rng, one, found, other.name)
    said = rng.choice(found)
    if rng.random() < 0.35:
        # A sentence is answered that was taken out of its message.
        text = manners.rendered(rng, one, said, other.name).rstrip(".!?~")
    return text, manners.utterance(rng, other, answering.answer(rng, said), one.name)[0], said.topic


def corpus(count):
    """Texts for the tokenizer; a share of the cast's, so that its words are whole."""
    rng = random.Random("tokenizer")
    for _ in range(count):
        yield from pair(rng)[:2]
        speaker = rng.choice(CAST)
        if rng.random() < 0.2:
            yield manners.utterance(rng, speaker, speaker.opening(rng))[0]


class Tokens:
    def __init__(self, folder):
        self.bpe = ByteLevelBPETokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"))
        self.end = self.bpe.token_to_id(END)

    @staticmethod
    def train(folder, size):
        bpe = ByteLevelBPETokenizer()
        bpe.train_from_iterator(corpus(30_000), vocab_size=size, min_frequency=2, special_tokens=[END], show_progress=False)
        bpe.save_model(str(folder))

    def ids(self, text):
        return self.bpe.encode(text).ids

    def encode(self, message, answer, topic=None):
        """(ids, where the answer begins, which of its tokens name the topic); put together as Neural's ReplyText does."""
        before = [self.end] + self.ids(message)[-48:] + self.ids("\n")
        written = self.bpe.encode(answer)
        found = answer.lower().find(topic) if topic else -1
        named = [found >= 0 and start < found + len(topic) and end > found for start, end in written.offsets]
        return before + written.ids + [self.end], len(before), named
