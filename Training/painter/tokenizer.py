"""The painter's byte-level BPE: trained on its captions, read and applied exactly as min-dalle does."""

import json
import random
from functools import lru_cache
from math import inf

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from captions import caption
from world import random_scene

VOCABULARY = 512
SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")
START, PAD, END, UNKNOWN = range(4)
LENGTH = 32


def train_tokenizer(folder, captions=20000, seed=7):
    """Writes vocab.json and merges.txt (a header line, one merge a line) to the folder."""
    rng = random.Random(seed)
    texts = (caption(random_scene(rng), rng) for _ in range(captions))
    bpe = Tokenizer(models.BPE(unk_token="<unk>"))
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    bpe.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=list(SPECIALS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bpe.train_from_iterator(texts, trainer)
    content = json.loads(bpe.to_str())["model"]
    merges = [pair if isinstance(pair, str) else " ".join(pair) for pair in content["merges"]]
    (folder / "vocab.json").write_text(json.dumps(content["vocab"], ensure_ascii=False, sort_keys=False))
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *merges, ""]))


class TextTokenizer:
    """Text → token ids; the cache makes a second sight of a word free."""

    def __init__(self, folder):
        self.vocabulary = json.loads((folder / "vocab.json").read_text())
        merges = (folder / "merges.txt").read_text().split("\n")[1:-1]
        self.ranks = {tuple(merge.split()): rank for rank, merge in enumerate(merges)}
        self.pieces = lru_cache(maxsize=4096)(self._pieces)

    def _pieces(self, word):
        parts = [chr(ord(" ") + 256), *word]
        while len(parts) > 1:
            pairs = list(zip(parts, parts[1:]))
            best = min(pairs, key=lambda pair: self.ranks.get(pair, inf))
            if best not in self.ranks:
                break
            i = pairs.index(best)
            parts[i : i + 2] = ["".join(best)]
        return [self.vocabulary.get(part, UNKNOWN) for part in parts]

    def tokenize(self, text):
        text = text.lower().encode("ascii", errors="ignore").decode()
        return [START, *(token for word in text.split(" ") if word for token in self.pieces(word)), END]

    def row(self, text):
        """Token ids [LENGTH], cut and padded; the empty text is the unconditional prompt."""
        tokens = self.tokenize(text)[:LENGTH]
        return tokens + [PAD] * (LENGTH - len(tokens))
