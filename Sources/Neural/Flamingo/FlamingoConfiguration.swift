// The sizes of one Flamingo checkpoint, read from the config.json that Training/convert/open_flamingo.py writes: a CLIP vision
// encoder, a Perceiver resampler, a language model, and gated cross-attention between its layers.

struct FlamingoConfiguration: Sendable, Equatable {
    struct Vision: Sendable, Equatable {
        /// Pixels of a picture's side, and of a patch's.
        var side: Int
        var patch: Int
        var width: Int
        var layers: Int
        var heads: Int
        var hidden: Int
        var epsilon: Float
        /// x * sigmoid(1.702 x) instead of the exact GELU.
        var quickGELU: Bool

        var patches: Int { (side / patch) * (side / patch) }
    }

    /// Attention with heads whose sizes need not make up the width.
    struct Heads: Sendable, Equatable {
        var count: Int
        var size: Int
        var inner: Int { count * size }
    }

    var vision: Vision
    var resamplerLayers: Int
    var resamplerHeads: Heads
    /// Vision tokens of a picture.
    var latents: Int
    /// Numbers inside a feed-forward, for one of its width.
    var feedForwardFactor: Int
    var crossHeads: Heads
    /// There is a gated layer before every so-manieth layer of the language model.
    var every: Int
    var text: FlamingoLanguage.Sizes
    /// The token that stands for a picture, and the one that ends a chunk.
    var mediaToken: Int32
    var endOfChunk: Int32

    init(_ file: SettingsFile) throws(CheckpointError) {
        guard try file.string("model_type") == "flamingo" else {
            throw file.fault(
                .unsupported, "model_type", "is not flamingo: Training/convert/open_flamingo.py makes such a folder of a checkpoint")
        }
        let vision = try file.object("vision")
        try vision.require("model_type", is: "clip_vision_model")
        let activation = try vision.string("hidden_act") ?? "quick_gelu"
        guard ["quick_gelu", "gelu"].contains(activation) else {
            throw vision.fault(.unsupported, "hidden_act", "is neither quick_gelu nor gelu")
        }
        self.vision = Vision(
            side: try vision.int("image_size", 2...2_048), patch: try vision.int("patch_size", 1...256),
            width: try vision.int("hidden_size", 2...16_384), layers: try vision.int("num_hidden_layers", 1...256),
            heads: try vision.int("num_attention_heads", 1...256), hidden: try vision.int("intermediate_size", 1...131_072),
            epsilon: Float(try vision.number("layer_norm_eps", 0...1, default: 1e-5)), quickGELU: activation == "quick_gelu")
        let resampler = try file.object("resampler")
        resamplerLayers = try resampler.int("layers", 1...64)
        resamplerHeads = Heads(count: try resampler.int("heads", 1...256), size: try resampler.int("head_size", 1...512))
        latents = try resampler.int("latents", 1...1_024)
        feedForwardFactor = try resampler.int("feed_forward", 1...64, default: 4)
        let cross = try file.object("cross_attention")
        crossHeads = Heads(count: try cross.int("heads", 1...256), size: try cross.int("head_size", 1...512))
        every = try cross.int("every", 1...512)
        let text = try file.object("text")
        self.text = try FlamingoLanguage.Sizes(text)
        mediaToken = Int32(try file.int("media_token", 0...Int(Int32.max)))
        endOfChunk = Int32(try file.int("end_of_chunk_token", 0...Int(Int32.max)))
        try check(file, vision)
    }

    private func check(_ file: SettingsFile, _ vision: SettingsFile) throws(CheckpointError) {
        guard self.vision.side % self.vision.patch == 0 else {
            throw vision.fault(
                .outOfBounds, "patch_size", "is \(self.vision.patch), which does not divide image_size = \(self.vision.side)")
        }
        guard self.vision.width % self.vision.heads == 0 else {
            throw vision.fault(.outOfBounds, "num_attention_heads", "does not divide hidden_size")
        }
        // The attention kernel's limit.
        guard self.vision.patches + latents + 1 <= 4_096 else {
            throw vision.fault(.outOfBounds, "image_size", "makes more patches than can be looked at")
        }
        guard self.vision.epsilon == 1e-5 else { throw vision.fault(.unsupported, "layer_norm_eps", "is not 1e-5") }
        for (key, token) in [("media_token", mediaToken), ("end_of_chunk_token", endOfChunk)] where Int(token) >= text.vocabulary {
            throw file.fault(.outOfBounds, key, "is outside the vocabulary of \(text.vocabulary)")
        }
    }
}
