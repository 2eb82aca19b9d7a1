"""Dialogues as tokens: ChatML around a byte-level BPE of 2,048 entries that is trained here, with Qwen2's published splits
(every digit alone)."""

import json

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
SPLITS = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
TEMPLATE = ("{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}"
            "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}")


def train(texts, size):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(SPLITS), behavior="isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=size, special_tokens=[AddedToken(s, special=True) for s in SPECIALS],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    return tokenizer


class ChatTokens:
    def __init__(self, path):
        self.tokenizer = Tokenizer.from_file(str(path))
        self.end, self.start, self.stop = (self.tokenizer.token_to_id(s) for s in SPECIALS)
        self.line = self.tokenizer.encode("\n").ids

    def encode(self, messages, ask=False):
        """(tokens, which of them the assistant writes). `ask`: ends where the assistant's next message begins."""
        roles = self.tokenizer.encode_batch([role + "\n" for role, _ in messages])
        contents = self.tokenizer.encode_batch([content for _, content in messages])
        tokens, written = [], []
        for (role, _), head, content in zip(messages, roles, contents):
            own = role == "assistant"
            tokens += [self.start, *head.ids, *content.ids, self.stop, *self.line]
            written += [False] * (1 + len(head.ids)) + [own] * (len(content.ids) + 1) + [False] * len(self.line)
        if ask:
            tokens += [self.start, *self.tokenizer.encode("assistant\n").ids]
        return tokens, written

    def decode(self, tokens):
        return self.tokenizer.decode(tokens, skip_special_tokens=False)


def settings(context):
    """tokenizer_config.json as `transformers` reads it."""
    return json.dumps({
        "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": None, "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>",
        "unk_token": None, "model_max_length": context, "clean_up_tokenization_spaces": False, "chat_template": TEMPLATE,
    }, indent=2) + "\n"
