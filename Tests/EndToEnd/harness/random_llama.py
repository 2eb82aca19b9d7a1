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


def write(path: Path, *, layers: int = 2, width: int = 64, heads: int = 4, context: int = 512, seed: int = 1) -> None:
    """Writes the model; the same seed writes the same."""
    random = numpy.random.default_rng(seed)
    tokens, scores, types = vocabulary()
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_name("random")
    writer.add_context_length(context)
    writer.add_embedding_length(width)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(2 * width)
    writer.add_head_count(heads)
    writer.add_head_count_kv(heads)
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
        writer.add_tensor(name, (random.standard_normal(shape) * 0.2).astype(numpy.float32))

    matrix("token_embd.weight", len(tokens), width)
    matrix("output.weight", len(tokens), width)
    writer.add_tensor("output_norm.weight", numpy.ones(width, numpy.float32))
    for layer in range(layers):
        block = f"blk.{layer}"
        for norm in ("attn_norm", "ffn_norm"):
            writer.add_tensor(f"{block}.{norm}.weight", numpy.ones(width, numpy.float32))
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            matrix(f"{block}.{name}.weight", width, width)
        matrix(f"{block}.ffn_gate.weight", 2 * width, width)
        matrix(f"{block}.ffn_up.weight", 2 * width, width)
        matrix(f"{block}.ffn_down.weight", width, 2 * width)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
