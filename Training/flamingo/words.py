"""Turns as tokens: a byte-level BPE that is trained here on the tasks' own words, with the pocket Llama's splits."""

import sys
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

sys.path.append(str(Path(__file__).parents[1] / "llama"))
from chat_tokens import SPLITS
from flamingo import CHUNK, SPECIALS


def train(texts, size):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(SPLITS), behavior="isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=size, special_tokens=[AddedToken(word, special=True, normalized=False) for word in SPECIALS],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    return tokenizer


class Words:
    def __init__(self, path):
        self.tokenizer = Tokenizer.from_file(str(path))

    def encode(self, turns):
        """(tokens, which of them are to be written, pictures): the turns one after the other, each a finished chunk.

        An opening that stood in the turn before is to be written too: it teaches to read what came before.
        """
        openings = self.tokenizer.encode_batch([turn.opening for turn in turns])
        spaces = ["" if turn.opening[-1].isspace() or turn.opening.endswith(SPECIALS[1]) else " " for turn in turns]
        answers = self.tokenizer.encode_batch([space + turn.answer for space, turn in zip(spaces, turns)])
        tokens, written = [], []
        for number, (turn, opening, answer) in enumerate(zip(turns, openings, answers)):
            again = number > 0 and turn.opening == turns[number - 1].opening
            tokens += [*opening.ids, *answer.ids, CHUNK]
            written += [again] * len(opening.ids) + [turn.counts] * (len(answer.ids) + 1)
        return tokens, written, [turn.picture for turn in turns]

    def decode(self, tokens):
        return self.tokenizer.decode(tokens)
