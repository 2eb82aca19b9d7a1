// The sizes of a GPT-2 checkpoint, from config.json (Hugging Face) or hparams.json (gpt-2-simple's folders). What a tensor's shape
// must be follows from this type alone.

struct GPT2Configuration: Sendable, Equatable {
    /// Numbers a token is represented by.
    var width: Int
    var layers: Int
    var heads: Int
    /// Numbers inside the feed-forward.
    var hidden: Int
    var vocabulary: Int
    /// Positions a text can have: each has an embedding of its own.
    var context: Int
    var epsilon: Float

    var headSize: Int { width / heads }

    init(width: Int, layers: Int, heads: Int, hidden: Int? = nil, vocabulary: Int, context: Int, epsilon: Float = 1e-5) {
        self.width = width
        self.layers = layers
        self.heads = heads
        self.hidden = hidden ?? 4 * width
        self.vocabulary = vocabulary
        self.context = context
        self.epsilon = epsilon
    }

    /// Of `config.json`.
    init(_ file: SettingsFile) throws(CheckpointError) {
        guard try file.string("model_type") == "gpt2" else { throw file.fault(.unsupported, "model_type", "is not gpt2") }
        let activation = try file.string("activation_function") ?? "gelu_new"
        guard ["gelu_new", "gelu_pytorch_tanh"].contains(activation) else {
            throw file.fault(.unsupported, "activation_function", "is not gelu_new")
        }
        let width = try file.int("n_embd", 2...65_536)
        self.init(
            width: width, layers: try file.int("n_layer", 1...512), heads: try file.int("n_head", 1...1_024),
            hidden: file.has("n_inner") ? try file.int("n_inner", 1...1_048_576) : nil,
            vocabulary: try file.int("vocab_size", 2...4_194_304),
            context: try file.int("n_positions", 2...(1 << 20), default: 1_024),
            epsilon: Float(try file.number("layer_norm_epsilon", 0...1, default: 1e-5)))
        try check(file)
    }

    /// Of `hparams.json`.
    init(hyperparameters file: SettingsFile) throws(CheckpointError) {
        self.init(
            width: try file.int("n_embd", 2...65_536), layers: try file.int("n_layer", 1...512), heads: try file.int("n_head", 1...1_024),
            vocabulary: try file.int("n_vocab", 2...4_194_304), context: try file.int("n_ctx", 2...(1 << 20)))
        try check(file)
    }

    private func check(_ file: SettingsFile) throws(CheckpointError) {
        guard width % heads == 0, headSize % 2 == 0, (2...512).contains(headSize) else {
            throw file.fault(.outOfBounds, "n_head", "does not divide n_embd into heads of 2 to 512 numbers, an even count")
        }
    }
}
