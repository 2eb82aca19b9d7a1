// The sizes of one DALL·E mini checkpoint, read from its config.json. Whatever this type lets through is consistent and
// small enough to compute with; what a tensor's shape must be follows from it alone.

struct DalleMiniConfiguration: Sendable, Equatable {
    /// Numbers a token is represented by, in encoder and decoder.
    var width: Int
    var encoderLayers: Int
    var decoderLayers: Int
    var encoderHeads: Int
    var decoderHeads: Int
    var encoderHidden: Int
    var decoderHidden: Int
    var textVocabulary: Int
    var textLength: Int
    /// Rows of the decoder's embedding are one more: the start token.
    var imageVocabulary: Int
    /// Image tokens of a picture; a square number.
    var imageLength: Int
    var startToken: Int
    var vqgan: VQGANConfiguration

    /// Rows and columns of image tokens.
    var grid: Int { vqgan.grid }

    init(_ file: SettingsFile) throws(CheckpointError) {
        try file.require("ln_positions", is: "normformer")
        try file.require("ln_type", is: "layernorm")
        try file.require("activation_function", is: "gelu")
        for key in ["use_glu", "use_absolute_position_embeddings", "use_final_ln_encoder", "use_final_ln_decoder"] {
            try file.require(key, is: true)
        }
        for key in [
            "use_bias", "scale_embedding", "use_cosine_attention", "use_head_scale", "use_deepnet_scaling", "use_alibi",
            "use_swin_position_embeddings", "tie_word_embeddings", "use_subln_init",
        ] {
            try file.require(key, is: false)
        }
        width = try file.int("d_model", 1...8192)
        encoderLayers = try file.int("encoder_layers", 1...64)
        decoderLayers = try file.int("decoder_layers", 1...64)
        encoderHeads = try file.int("encoder_attention_heads", 1...128)
        decoderHeads = try file.int("decoder_attention_heads", 1...128)
        encoderHidden = try file.int("encoder_ffn_dim", 1...65_536)
        decoderHidden = try file.int("decoder_ffn_dim", 1...65_536)
        textVocabulary = try file.int("encoder_vocab_size", 4...1_000_000)
        textLength = try file.int("max_text_length", 2...1024)
        imageVocabulary = try file.int("image_vocab_size", 2...1_000_000)
        imageLength = try file.int("image_length", 1...4096)
        startToken = try file.int("decoder_start_token_id", 0...imageVocabulary)
        vqgan = try VQGANConfiguration(file.object("vqgan"))
        for (key, heads) in [("encoder_attention_heads", encoderHeads), ("decoder_attention_heads", decoderHeads)]
        where width % heads != 0 {
            throw file.fault(.outOfBounds, key, "is \(heads), which does not divide d_model = \(width)")
        }
        guard vqgan.grid * vqgan.grid == imageLength else {
            throw file.fault(
                .outOfBounds, "image_length", "is \(imageLength), the vqgan's pictures are made of \(vqgan.grid) x \(vqgan.grid) tokens")
        }
        guard vqgan.codes <= imageVocabulary else {
            throw file.fault(.outOfBounds, "vqgan.n_embed", "is \(vqgan.codes), more than image_vocab_size = \(imageVocabulary)")
        }
    }
}

/// The sizes of the picture decoder.
struct VQGANConfiguration: Sendable, Equatable {
    /// Pixels a side.
    var resolution: Int
    /// Channels of each level, finest first.
    var widths: [Int]
    /// Residual blocks a level.
    var blocks: Int
    /// Levels, as resolutions, whose blocks are followed by attention.
    var attentionResolutions: [Int]
    var latentChannels: Int
    var codeSize: Int
    /// Entries of the codebook: the image tokens that can be drawn.
    var codes: Int

    /// Rows and columns of image tokens.
    var grid: Int { resolution >> (widths.count - 1) }

    /// Group norms share their statistics among channels / groups. 32 as published; `norm_groups` is a pocket painter's word.
    var groups: Int

    init(_ file: SettingsFile) throws(CheckpointError) {
        let base = try file.int("ch", 32...1024)
        widths = try file.ints("ch_mult", 1...16, counts: 1...8).map { $0 * base }
        blocks = try file.int("num_res_blocks", 0...8) + 1
        attentionResolutions = try file.ints("attn_resolutions", 1...4096, counts: 0...8)
        resolution = try file.int("resolution", 1...2048)
        latentChannels = try file.int("z_channels", 1...4096)
        codeSize = try file.int("embed_dim", 1...4096)
        codes = try file.int("n_embed", 2...1_000_000)
        _ = try file.int("out_ch", 3...3, default: 3)
        try file.require("resamp_with_conv", is: true)
        groups = try file.int("norm_groups", 1...1024, default: 32)
        guard base % 32 == 0, base % groups == 0 else {
            throw file.fault(.outOfBounds, "ch", "is \(base), not a multiple of 32 and of \(groups) groups")
        }
        guard widths.allSatisfy({ $0 <= 4096 }) else { throw file.fault(.outOfBounds, "ch_mult", "makes more than 4096 channels") }
        guard grid > 0, grid << (widths.count - 1) == resolution else {
            throw file.fault(.outOfBounds, "resolution", "is \(resolution), which \(widths.count) levels do not halve evenly")
        }
        guard grid <= 64 else { throw file.fault(.outOfBounds, "resolution", "needs \(grid) x \(grid) image tokens, more than 64 x 64") }
        for level in widths.indices where attentionResolutions.contains(resolution >> level) && resolution >> level > 64 {
            throw file.fault(.outOfBounds, "attn_resolutions", "asks for attention over more than 64 x 64 pixels")
        }
    }
}
