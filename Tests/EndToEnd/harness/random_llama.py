"""A LLaMA of random weights in a GGUF file: small, quick, and to any server as good a model as another."""

import string
from pathlib import Path

import gguf
import numpy

words = ["hello", "world", "the", "a", "is", "name", "my", "and", "you", "what", "😀", "é", "☃", "ünï"]
template = (
    "{% for message in messages %}<|{{ message.role }}|>\n{{ message.content }}</s>\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)


def vocabulary() -> tuple[list[str], list[float], list[int]]:
    """Tokens, scores and types of a SentencePiece vocabulary: bytes, letters, a few words."""
    tokens = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    types = [gguf.TokenType.UNKNOWN, gguf.TokenType.CONTROL, gguf.TokenType.CONTROL] + [gguf.TokenType.BYTE] * 256
    pieces = ["▁"] + list(string.ascii_letters + string.digits + ".,!?<>|'") + [f"▁{word}" for word in words] + words
    # A merge is only found if its halves are tokens too.
    for word in words:
        for end in range(2, len(word) + 1):
            for piece in (word[:end], "▁" + word[:end]):
                if piece not in pieces:
                    pieces.append(piece)
    pieces = list(dict.fromkeys(pieces))
    scores = [0.0] * len(tokens) + [float(-i) for i in range(len(pieces))]
    return tokens + pieces, scores, types + [gguf.TokenType.NORMAL] * len(pieces)


def weights(random: numpy.random.Generator, shape: tuple[int, ...], kind: str, spread: float) -> tuple[numpy.ndarray, object]:
    """Random numbers in a format of GGUF, and the format. The K formats, which the package only reads, are random blocks."""
    format = gguf.GGMLQuantizationType[kind]
    block, size = gguf.GGML_QUANT_SIZES[format]
    if not kind.endswith("_K"):
        numbers = (random.standard_normal(shape) * spread).astype(numpy.float32)
        return (numbers, format) if kind == "F32" else (gguf.quants.quantize(numbers, format), format)
    blocks = random.integers(0, 256, (*shape[:-1], shape[-1] // block, size), numpy.uint8)
    # A weight is scale * (number - middle): the spread of that, in units of the scale.
    units, middle = {"Q4_K": (250, 7.5), "Q5_K": (500, 15.5), "Q6_K": (1370, 0)}[kind]
    scale = numpy.array([spread / units], numpy.float16).view(numpy.uint8)
    if kind == "Q6_K":
        blocks[..., -2:] = scale
    else:
        blocks[..., :2] = scale
        blocks[..., 2:4] = numpy.array([spread / units * middle], numpy.float16).view(numpy.uint8)
    return blocks.reshape(*shape[:-1], -1), format


def write(
    path: Path, *, layers: int = 2, width: int = 64, heads: int = 4, key_heads: int | None = None, context: int = 512, seed: int = 1,
    kind: str = "F32", hidden: int | None = None, vocabulary_size: int = 0,
) -> None:
    """Writes the model; the same seed writes the same. `kind` is the format of its matrices; `vocabulary_size` fills the
    vocabulary up with words that no text has."""
    random = numpy.random.default_rng(seed)
    key_heads = key_heads or heads
    hidden = hidden or 2 * width
    tokens, scores, types = vocabulary()
    more = range(len(tokens), vocabulary_size)
    tokens += [f"\u2581\u2581{number}" for number in more]
    scores += [float(-number) for number in more]
    types += [gguf.TokenType.NORMAL for _ in more]
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_name("random")
    writer.add_context_length(context)
    writer.add_embedding_length(width)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(hidden)
    writer.add_head_count(heads)
    writer.add_head_count_kv(key_heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(width // heads)
    writer.add_vocab_size(len(tokens))
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores(scores)
    writer.add_token_types(types)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_add_bos_token(True)
    writer.add_chat_template(template)

    def matrix(name: str, *shape: int) -> None:
        data, format = weights(random, shape, kind, 1.6 / width**0.5)
        writer.add_tensor(name, data, raw_dtype=format)

    matrix("token_embd.weight", len(tokens), width)
    matrix("output.weight", len(tokens), width)
    writer.add_tensor("output_norm.weight", numpy.ones(width, numpy.float32))
    for layer in range(layers):
        block = f"blk.{layer}"
        for norm in ("attn_norm", "ffn_norm"):
            writer.add_tensor(f"{block}.{norm}.weight", numpy.ones(width, numpy.float32))
        for name, rows in (("attn_q", heads), ("attn_k", key_heads), ("attn_v", key_heads), ("attn_output", heads)):
            matrix(f"{block}.{name}.weight", width // heads * rows, width)
        matrix(f"{block}.ffn_gate.weight", hidden, width)
        matrix(f"{block}.ffn_up.weight", hidden, width)
        matrix(f"{block}.ffn_down.weight", width, hidden)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
