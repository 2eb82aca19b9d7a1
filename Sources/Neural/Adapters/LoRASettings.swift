// What an adapter is (Hu et al., 2021): beside a frozen weight W a product of two thin matrices, W + scale * B A, with A [rank][inputs]
// and B [outputs][rank]. Names as PEFT has them.

/// The matrices of a layer that an adapter may stand beside; a base has those of its family (``LoRALayout``).
public enum LoRATarget: String, Sendable, Hashable, Codable, CaseIterable {
    // GPT-2.
    /// In one matrix.
    case queriesKeysValues = "attn.c_attn"
    case attentionOutput = "attn.c_proj"
    case widen = "mlp.c_fc"
    case narrow = "mlp.c_proj"
    // The LLaMA family.
    case queries = "self_attn.q_proj"
    case keys = "self_attn.k_proj"
    case values = "self_attn.v_proj"
    case output = "self_attn.o_proj"
    case gate = "mlp.gate_proj"
    case up = "mlp.up_proj"
    case down = "mlp.down_proj"

    /// Those that a name of PEFT's `target_modules` means: `c_proj` is both of that name.
    static func named(_ name: String) -> [LoRATarget] {
        allCases.filter { $0.rawValue == name || $0.rawValue.hasSuffix(".\(name)") }
    }
}

public struct LoRASettings: Sendable, Equatable, Codable {
    public static let highestRank = 512

    /// 1 to ``highestRank``.
    public var rank: Int
    /// The product counts alpha / rank, or alpha / √rank.
    public var alpha: Double
    /// Beside which matrices, of those that the base has.
    public var targets: [LoRATarget]
    /// Kalajdzievski, 2023: alpha / √rank.
    public var isRankStabilised: Bool

    public init(
        rank: Int = 8, alpha: Double = 16, targets: [LoRATarget] = LoRATarget.allCases, isRankStabilised: Bool = false
    ) {
        self.rank = rank
        self.alpha = alpha
        self.targets = targets
        self.isRankStabilised = isRankStabilised
    }

    var scale: Float { Float(alpha / (isRankStabilised ? Double(rank).squareRoot() : Double(rank))) }
}
