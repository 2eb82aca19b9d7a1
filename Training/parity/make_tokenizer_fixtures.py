"""Writes Tests/NeuralTests/Fixtures/tokenizers: small tokenizers of every published kind, and what Hugging Face's `tokenizers`
and SentencePiece make of some texts.

usage: make_tokenizer_fixtures.py [OUT]      needs: tokenizers, transformers, sentencepiece
Run once; the files are committed. NAME.json is a tokenizer, NAME.model a SentencePiece model, expected.json the tokens.
"""
import io
import json
import pathlib
import random
import sys

import sentencepiece
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")
CORPUS = ("the quick brown fox jumps over the lazy dog. it's what we'll do, isn't it? I've seen them; they're here, I'm sure he'd say so. "
          "numbers 12 345 6789 and code: for (int i = 0; i < n; i++) { print(\"hi\"); }\n\n  indented text\twith tabs\r\n"
          "naïve café über straße Ελλάδα привет мир 你好世界 こんにちは 안녕 🦙🎨 ") * 4
TEXTS = [
    "", " ", "  ", "\n", "hello world", " hello  world ", "It's I'VE we'll they'RE 'tis isn't o'clock '", "'s't're", "tab\tword\t\tword", "a\n\nb\r\n c \n",
    "   three spaces", "trailing   ", "12345 6 78 9,876.50", "x=3+4*5!!! ???\n\n", "naïve café", "nai\u0308ve cafe\u0301", "Ελλάδα привет 你好世界",
    "🦙🎨👩‍🚀 🇫🇷 ❤️", "ſ'ſ K Ω", "\u00a0nbsp\u3000wide", "½ ² ٣ Ⅷ", "<s>hi</s>", "<|im_start|>user\nhi<|im_end|>\n", "a<|im_end|>b <|im_end|> c",
    "<|im_start|", "▁ under▁line", "e\u0301\u0302 zalgo\u0317", "don't.Stop(now)", "ALLCAPS CamelCase snake_case", "\x00\x07 control", "end. ", "...\n...",
]


def fuzz(count):
    rng = random.Random(7)
    alphabet = list("abc XYZ'st  \n\r\t019.,!(\"<|>_") + ["é", "ß", "Ж", "你", "🦙", "\u0301", "\u00a0", "½", "ſ", "▁"]
    return ["".join(rng.choice(alphabet) for _ in range(rng.randint(1, 40))) for _ in range(count)]


def byte_level(steps, special, normalizer=None, ignore_merges=False, post=None):
    t = Tokenizer(models.BPE(ignore_merges=ignore_merges))
    t.normalizer = normalizer
    t.pre_tokenizer = pre_tokenizers.Sequence(steps) if len(steps) > 1 else steps[0]
    t.decoder = decoders.ByteLevel()
    t.train_from_iterator([CORPUS], trainers.BpeTrainer(
        vocab_size=420, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False,
        special_tokens=[AddedToken(s, special=True) for s in special]))
    if post:
        t.post_processor = processors.TemplateProcessing(single=f"{post} $A", special_tokens=[(post, t.token_to_id(post))])
    return t


def split(pattern):
    return [pre_tokenizers.Split(Regex(pattern), behavior="isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]


def sentence_piece():
    """A SentencePiece model, and the same as `transformers` writes it to JSON for LLaMA 1 and 2."""
    out = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(line for line in CORPUS.split("\n") if line), model_writer=out, model_type="bpe", vocab_size=480, byte_fallback=True,
        normalization_rule_name="identity", remove_extra_whitespaces=False, split_digits=True, character_coverage=0.99, minloglevel=2)
    sp = sentencepiece.SentencePieceProcessor(model_proto=out.getvalue())
    vocab = {sp.id_to_piece(i): i for i in range(sp.get_piece_size())}
    ranked = []
    for piece, i in vocab.items():
        if not sp.is_byte(i) and not sp.is_control(i) and not sp.is_unknown(i):
            ranked += [(-sp.get_score(i), i, piece[:c], piece[c:]) for c in range(1, len(piece)) if piece[:c] in vocab and piece[c:] in vocab]
    merges = [(a, b) for _, _, a, b in sorted(ranked)]
    t = Tokenizer(models.BPE(vocab=vocab, merges=merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    t.add_special_tokens([AddedToken(s, special=True, normalized=False) for s in ("<unk>", "<s>", "</s>")])
    t.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    t.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    t.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    first = Tokenizer.from_str(t.to_str())
    first.normalizer = None
    first.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    return out.getvalue(), sp, t, first


if __name__ == "__main__":
    out = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2] / "Tests/NeuralTests/Fixtures")
    out = out / "tokenizers"
    out.mkdir(parents=True, exist_ok=True)
    texts = TEXTS + fuzz(120)
    model, sp, llama2, mistral = sentence_piece()
    (out / "llama2.model").write_bytes(model)
    tokenizers = {
        "gpt2": byte_level([pre_tokenizers.ByteLevel(add_prefix_space=False)], ["<|endoftext|>"]),
        "llama3": byte_level(split(LLAMA3), ["<|begin_of_text|>", "<|im_start|>", "<|im_end|>"], ignore_merges=True, post="<|begin_of_text|>"),
        "qwen2": byte_level(split(QWEN2), ["<|endoftext|>", "<|im_start|>", "<|im_end|>"], normalizer=normalizers.NFC()),
        "smollm": byte_level([pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)],
                             ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]),
        "llama2": llama2, "mistral": mistral,
    }
    tokenizers["qwen2"].add_tokens([AddedToken("<tool>", special=False, lstrip=True, rstrip=True, normalized=False)])
    texts.append("see <tool>  here<tool>")
    expected = {}
    for name, t in tokenizers.items():
        (out / f"{name}.json").write_text(json.dumps(json.loads(t.to_str()), ensure_ascii=False, separators=(",", ":")) + "\n")
        expected[name] = [t.encode(text, add_special_tokens=False).ids for text in texts]
    # SentencePiece itself knows no written-out special tokens: texts with them are left to the files above.
    expected["sentencepiece"] = [sp.encode(text) if "<" not in text else None for text in texts]
    (out / "expected.json").write_text(json.dumps({"texts": texts, "tokens": expected}, separators=(",", ":")) + "\n")
    print({p.name: p.stat().st_size for p in out.iterdir()})
