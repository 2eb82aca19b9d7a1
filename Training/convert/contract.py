"""Names and shapes of every tensor of a painter's checkpoint, from its config.json. The converter fills this list, Neural reads it."""

PUBLISHED_VQGAN = dict(ch=128, ch_mult=[1, 1, 2, 2, 4], num_res_blocks=2, attn_resolutions=[16], resolution=256,
                       z_channels=256, embed_dim=256, n_embed=16384, out_ch=3, resamp_with_conv=True)


def published(size):
    """config.json of the two published models, for sources that carry none (min-dalle's .pt files)."""
    mini = size == "mini"
    width, layers, heads, hidden = (1024, 12, 16, 2730) if mini else (2048, 24, 32, 4096)
    text, image = (50264, 16384) if mini else (50272, 16415)
    return dict(
        model_type="dallebart", activation_function="gelu", ln_positions="normformer", ln_type="layernorm", use_bias=False, use_glu=True,
        d_model=width, encoder_layers=layers, decoder_layers=layers, encoder_attention_heads=heads, decoder_attention_heads=heads,
        encoder_ffn_dim=hidden, decoder_ffn_dim=hidden, encoder_vocab_size=text, image_vocab_size=image, image_length=256,
        max_text_length=64, decoder_start_token_id=image)


def tensors(c):
    """{name: shape}"""
    shapes, width = {}, c["d_model"]

    def norm(name, size):
        shapes[name + ".weight"] = shapes[name + ".bias"] = (size,)

    def attention(name):
        for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
            shapes[f"{name}.{part}.weight"] = (width, width)

    for side, positions, vocabulary in (
        ("encoder", c["max_text_length"], c["encoder_vocab_size"]), ("decoder", c["image_length"], c["image_vocab_size"] + 1)):
        shapes[f"{side}.embed_tokens.weight"] = (vocabulary, width)
        shapes[f"{side}.embed_positions.weight"] = (positions, width)
        norm(f"{side}.layernorm_embedding", width)
        norm(f"{side}.final_ln", width)
        hidden = c[side + "_ffn_dim"]
        for i in range(c[side + "_layers"]):
            layer = f"{side}.layers.{i}"
            for name in ("self_attn",) + (("encoder_attn",) if side == "decoder" else ()):
                norm(f"{layer}.pre_{name}_layer_norm", width)
                attention(f"{layer}.{name}")
                norm(f"{layer}.{name}_layer_norm", width)
            norm(f"{layer}.glu.ln0", width)
            norm(f"{layer}.glu.ln1", hidden)
            shapes[f"{layer}.glu.fc0.weight"] = shapes[f"{layer}.glu.fc1.weight"] = (hidden, width)
            shapes[f"{layer}.glu.fc2.weight"] = (width, hidden)
    shapes["decoder.lm_head.weight"] = (c["image_vocab_size"] + 1, width)
    vqgan(shapes, norm, c["vqgan"])
    return shapes


def vqgan(shapes, norm, v):
    def conv(name, n_in, n_out, taps):
        shapes[name + ".weight"], shapes[name + ".bias"] = (n_out, n_in, taps, taps), (n_out,)

    def block(name, n_in, n_out):
        norm(name + ".norm1", n_in)
        conv(name + ".conv1", n_in, n_out, 3)
        norm(name + ".norm2", n_out)
        conv(name + ".conv2", n_out, n_out, 3)
        if n_in != n_out:
            conv(name + ".nin_shortcut", n_in, n_out, 1)

    def attention(name, n):
        norm(name + ".norm", n)
        for part in ("q", "k", "v", "proj_out"):
            conv(f"{name}.{part}", n, n, 1)

    widths = [v["ch"] * m for m in v["ch_mult"]]
    top = widths[-1]
    shapes["vqgan.embedding.weight"] = (v["n_embed"], v["embed_dim"])
    conv("vqgan.post_quant_conv", v["embed_dim"], v["z_channels"], 1)
    conv("vqgan.decoder.conv_in", v["z_channels"], top, 3)
    block("vqgan.decoder.mid.block_1", top, top)
    attention("vqgan.decoder.mid.attn_1", top)
    block("vqgan.decoder.mid.block_2", top, top)
    n_in = top
    for level in reversed(range(len(widths))):
        for j in range(v["num_res_blocks"] + 1):
            block(f"vqgan.decoder.up.{level}.block.{j}", n_in, widths[level])
            n_in = widths[level]
            if v["resolution"] // 2**level in v["attn_resolutions"]:
                attention(f"vqgan.decoder.up.{level}.attn.{j}", n_in)
        if level:
            conv(f"vqgan.decoder.up.{level}.upsample.conv", n_in, n_in, 3)
    norm("vqgan.decoder.norm_out", widths[0])
    conv("vqgan.decoder.conv_out", widths[0], 3, 3)
