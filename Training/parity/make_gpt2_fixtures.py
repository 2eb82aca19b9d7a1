"""Writes Tests/NeuralTests/Fixtures/gpt2-*: a small random GPT-2 and what `transformers` makes of it.

usage: make_gpt2_fixtures.py [OUT]       needs: torch, transformers, safetensors, tokenizers
       make_gpt2_fixtures.py --bundle [OUT]   needs: tensorflow-cpu, safetensors; after the first
Run once; the files are committed. gpt2-folder is as Hugging Face has it, without tokenizer.json; gpt2-bundle holds the same weights as
gpt-2-simple's folders do, written by TensorFlow itself. expected.safetensors: prompts, logits of every position, greedy text, and tokens.
"""
import json
import pathlib
import shutil
import sys

SENTENCES = ["Hello there, how's the kettle?", "  two  spaces\nand a line", "déjà vu 123 🙂", "<|startoftext|>arr the storm<|endoftext|>"]
CORPUS = ["the kettle and the storm and the harbour", "hello there how is the kettle", "arr the rope and the deck"] * 20


def folder(out):
    import torch
    from safetensors.torch import save_file
    from tokenizers import ByteLevelBPETokenizer
    from transformers import GPT2Config, GPT2LMHeadModel, GPT2Tokenizer
    place = out / "gpt2-folder"
    place.mkdir(parents=True, exist_ok=True)
    learner = ByteLevelBPETokenizer()
    learner.train_from_iterator(CORPUS, vocab_size=300, special_tokens=["<|endoftext|>"], show_progress=False)
    learner.save_model(str(place))
    tokenizer = GPT2Tokenizer(str(place / "vocab.json"), str(place / "merges.txt"))
    torch.manual_seed(11)
    size = len(json.loads((place / "vocab.json").read_text()))
    config = GPT2Config(vocab_size=size, n_positions=128, n_embd=32, n_layer=2, n_head=4, initializer_range=0.2, attn_implementation="eager")
    model = GPT2LMHeadModel(config).eval()
    with torch.no_grad():
        for p in model.parameters():  # norms and biases too, so that none can be forgotten
            p.copy_(p + 0.1 * torch.randn_like(p))
    save_file({k: v.contiguous() for k, v in model.state_dict().items() if k != "lm_head.weight"}, place / "model.safetensors")
    config.save_pretrained(place)
    expected = {}
    with torch.no_grad():
        for index, text in enumerate(SENTENCES):
            tokens = tokenizer(text, return_tensors="pt").input_ids
            expected[f"tokens_{index}"] = tokens[0].float()
            expected[f"logits_{index}"] = model(tokens).logits[0].contiguous()
            greedy = tokens
            for _ in range(40):
                logits = model(greedy).logits[0, -1]
                best = logits.topk(2)
                assert best.values[0] - best.values[1] > 1e-4
                greedy = torch.cat([greedy, best.indices[:1][None]], 1)
            expected[f"greedy_{index}"] = greedy[0, tokens.shape[1]:].float()
    save_file(expected, place / "expected.safetensors")
    (place / "sentences.json").write_text(json.dumps(SENTENCES, indent=1))


def bundle(out):
    import tensorflow as tf
    from safetensors.numpy import load_file
    source, place = out / "gpt2-folder", out / "gpt2-bundle"
    place.mkdir(parents=True, exist_ok=True)
    config = json.loads((source / "config.json").read_text())
    (place / "hparams.json").write_text(json.dumps({
        "n_vocab": config["vocab_size"], "n_ctx": config["n_positions"], "n_embd": config["n_embd"], "n_head": config["n_head"],
        "n_layer": config["n_layer"]}))
    shutil.copy(source / "vocab.json", place / "encoder.json")
    shutil.copy(source / "merges.txt", place / "vocab.bpe")

    def name(theirs):
        parts = theirs.removeprefix("transformer.").split(".")
        if parts[0] in ("wte", "wpe"):
            return f"model/{parts[0]}"
        last = "b" if parts[-1] == "bias" else "g" if parts[-2].startswith("ln_") else "w"
        inner = parts[:-1]
        if inner[0] == "h":
            inner = [f"h{inner[1]}"] + inner[2:]
        return "model/" + "/".join(inner + [last])

    graph = tf.Graph()
    with graph.as_default():
        variables, values = [], []
        for theirs, tensor in sorted(load_file(source / "model.safetensors").items()):
            ours = name(theirs)
            values.append(tensor[None] if ours.endswith("/w") else tensor)  # one-dimensional convolutions
            variables.append(tf.compat.v1.get_variable(ours, initializer=tf.constant(values[-1]), use_resource=False))
        counter = tf.compat.v1.get_variable("counter", initializer=tf.constant(7, tf.int32), use_resource=False)
        with tf.compat.v1.Session(graph=graph) as session:
            session.run(tf.compat.v1.global_variables_initializer())
            tf.compat.v1.train.Saver(variables + [counter]).save(session, str(place / "model"), global_step=7, write_meta_graph=False)


if __name__ == "__main__":
    arguments = [a for a in sys.argv[1:] if a != "--bundle"]
    out = pathlib.Path(arguments[0] if arguments else pathlib.Path(__file__).parents[2] / "Tests/NeuralTests/Fixtures")
    (bundle if "--bundle" in sys.argv else folder)(out)
