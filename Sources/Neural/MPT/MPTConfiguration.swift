// The sizes of a language model of the MPT family, from the config.json that Training/convert/open_flamingo.py writes: layers with
// a LayerNorm before each half, one product for queries, keys and values, and a plain feed-forward with the exact GELU.
//
// A few switches: MPT (scores fall with the distance, no biases, the head is the embedding), its early form with a norm on all
// queries and keys, GPT-NeoX as RedPajama has it (rotary positions, biases, a head of its own).
import Foundation

struct MPTConfiguration: Sendable, Equatable {
    /// Numbers a token is represented by.
    var width: Int
    var layers: Int
    var heads: Int
    /// Numbers inside the feed-forward.
    var hidden: Int
    var vocabulary: Int
    /// Positions a sequence can have.
    var context: Int
    /// ALiBi's steepest exponent; nil: positions are rotary.
    var alibiMax: Double?
    var rotary: RotaryScaling
    /// Queries and keys are normalised, all heads together.
    var queryNorm: Bool
    /// Queries, keys and values are kept within ± this.
    var clip: Float?
    var bias: Bool
    /// The head's weights are those of the embedding.
    var tiedHead: Bool
    /// Tokens that end a text.
    var ends: Set<Int32>

    var headSize: Int { width / heads }

    init(_ file: SettingsFile) throws(CheckpointError) {
        guard try file.string("model_type") == "mpt" else { throw file.fault(.unsupported, "model_type", "is not mpt") }
        width = try file.int("d_model", 2...65_536)
        layers = try file.int("n_layers", 1...512)
        heads = try file.int("n_heads", 1...1_024)
        hidden = try file.int("hidden_size", 1...1_048_576, default: 4 * width)
        vocabulary = try file.int("vocab_size", 2...4_194_304)
        context = try file.int("max_seq_len", 2...(1 << 24))
        guard let positions = try file.string("positions"), ["alibi", "rotary"].contains(positions) else {
            throw file.fault(.unsupported, "positions", "is neither alibi nor rotary")
        }
        alibiMax = positions == "alibi" ? try file.number("alibi_bias_max", 1...64, default: 8) : nil
        rotary = try RotaryScaling(file, context: context)
        queryNorm = try file.flag("qk_ln", default: false)
        clip = file.has("clip_qkv") ? Float(try file.number("clip_qkv", 1e-3...1e6)) : nil
        bias = try file.flag("bias", default: false)
        tiedHead = try file.flag("tie_word_embeddings", default: true)
        ends = try file.tokens("eos_token_id")
        guard width % heads == 0, headSize % 2 == 0, (2...512).contains(headSize) else {
            throw file.fault(.outOfBounds, "n_heads", "does not divide d_model into heads of 2 to 512 numbers, an even count")
        }
        guard ends.allSatisfy({ Int($0) < vocabulary }) else {
            throw file.fault(.outOfBounds, "eos_token_id", "is outside the vocabulary of \(vocabulary)")
        }
    }

    /// What each head's scores lose a position: [heads]; nil where positions are rotary.
    ///
    /// Powers of two between 2^-(max / n) and 2^-max for n heads; of a count that is no power of two, every second of the next
    /// one's first. Source: MPT's `gen_slopes`.
    var slopes: [Float]? {
        guard let alibiMax else { return nil }
        var count = 1
        while count < heads { count *= 2 }
        let all = (1...count).map { Float(1 / pow(2, Double($0) * alibiMax / Double(count))) }
        guard count != heads else { return all }
        let odd = stride(from: 1, to: count, by: 2).map { all[$0] }
        let even = stride(from: 0, to: count, by: 2).map { all[$0] }
        return Array((odd + even).prefix(heads))
    }
}
