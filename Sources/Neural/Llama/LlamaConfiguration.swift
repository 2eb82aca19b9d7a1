// The sizes of one checkpoint of the LLaMA family, read from its config.json. What a tensor's shape must be follows from this
// type alone, and whatever it lets through is consistent and small enough to compute with.
//
// One architecture, a few switches: LLaMA 1 to 3, TinyLlama, SmolLM (model_type llama), Mistral (a sliding window), Qwen2
// (biases on queries, keys and values), Qwen3 (a norm on every query and key).

struct LlamaConfiguration: Sendable, Equatable {
    /// Numbers a token is represented by.
    var width: Int
    var layers: Int
    /// Query heads; a multiple of the key heads.
    var heads: Int
    /// Heads of keys and values, each shared by neighbouring query heads.
    var keyHeads: Int
    /// Numbers of a head.
    var headSize: Int
    /// Numbers inside the feed-forward.
    var hidden: Int
    var vocabulary: Int
    /// Positions a sequence can have.
    var context: Int
    var epsilon: Float
    var rotary: RotaryScaling
    /// The head's weights are those of the embedding.
    var tiedHead: Bool
    var queryBias = false
    var outputBias = false
    var hiddenBias = false
    /// Queries and keys are normalised head by head.
    var queryNorm = false
    /// How many positions each layer sees, its own included; 0: all. [layers]
    var windows: [Int]
    /// Tokens that end a text.
    var ends: Set<Int32>

    static let modelTypes = ["llama", "mistral", "qwen2", "qwen3"]

    init(_ file: SettingsFile) throws(CheckpointError) {
        guard let type = try file.string("model_type"), Self.modelTypes.contains(type) else {
            throw file.fault(.unsupported, "model_type", "is none of \(Self.modelTypes.joined(separator: ", "))")
        }
        try file.require("hidden_act", is: "silu")
        try file.require("quantization_config", isAbsent: "weights quantised this way are not read; take the original or a GGUF file")
        width = try file.int("hidden_size", 2...65_536)
        layers = try file.int("num_hidden_layers", 1...512)
        heads = try file.int("num_attention_heads", 1...1024)
        keyHeads = try file.int("num_key_value_heads", 1...1024, default: heads)
        headSize = try file.int("head_dim", 2...512, default: max(width / heads, 2))
        hidden = try file.int("intermediate_size", 1...1_048_576)
        vocabulary = try file.int("vocab_size", 2...4_194_304)
        context = try file.int("max_position_embeddings", 2...(1 << 24), default: 2048)
        epsilon = Float(try file.number("rms_norm_eps", 0...1, default: 1e-6))
        rotary = try RotaryScaling(file, context: context)
        tiedHead = try file.flag("tie_word_embeddings", default: false)
        switch type {
        case "qwen2": queryBias = true
        case "qwen3":
            queryBias = try file.flag("attention_bias", default: false)
            outputBias = queryBias
            queryNorm = true
        default:
            queryBias = try file.flag("attention_bias", default: false)
            outputBias = queryBias
            hiddenBias = try file.flag("mlp_bias", default: false)
        }
        windows = try Self.windows(file, layers: layers, always: type == "mistral")
        ends = try file.tokens("eos_token_id")
        try check(file)
    }

    private func check(_ file: SettingsFile) throws(CheckpointError) {
        guard heads % keyHeads == 0 else {
            throw file.fault(.outOfBounds, "num_key_value_heads", "is \(keyHeads), which does not divide num_attention_heads = \(heads)")
        }
        guard headSize % 2 == 0 else {
            throw file.fault(.outOfBounds, "head_dim", "is \(headSize): rotary positions turn pairs, so it must be even")
        }
        guard ends.allSatisfy({ $0 >= 0 && Int($0) < vocabulary }) else {
            throw file.fault(.outOfBounds, "eos_token_id", "is outside the vocabulary of \(vocabulary)")
        }
    }

    /// `layer_types` where the file lists them; else a window from the layer `max_window_layers` on, if it is used at all.
    private static func windows(_ file: SettingsFile, layers: Int, always: Bool) throws(CheckpointError) -> [Int] {
        let none = [Int](repeating: 0, count: layers)
        guard file.has("sliding_window"), try file.flag("use_sliding_window", default: always) else { return none }
        let window = try file.int("sliding_window", 1...(1 << 24))
        if let types = try file.strings("layer_types") {
            guard types.count == layers else { throw file.fault(.malformed, "layer_types", "does not list \(layers) layers") }
            return types.map { $0 == "sliding_attention" ? window : 0 }
        }
        let first = always ? 0 : try file.int("max_window_layers", 0...1024, default: layers)
        return none.indices.map { $0 >= first ? window : 0 }
    }
}
