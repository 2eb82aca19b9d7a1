/// What a person may wish of how an answer is written, by the names that `transformers` gave them.
public enum VisionOption: String, Sendable, Hashable, CaseIterable, Codable {
    case maxNewTokens = "max_new_tokens"
    case numBeams = "num_beams"
    case temperature
    case topK = "top_k"
    case topP = "top_p"
    case lengthPenalty = "length_penalty"
    case doSample = "do_sample"
    case repetitionPenalty = "repetition_penalty"
    case noRepeatNgramSize = "no_repeat_ngram_size"
    case earlyStopping = "early_stopping"
    case seed
}

/// How to write an answer. Nil leaves the choice to the model.
public struct VisionOptions: Sendable, Hashable, Codable {
    /// At most so many tokens are written.
    public var maxNewTokens: Int?
    /// Continuations kept beside one another in a beam search; 1 keeps only the likeliest.
    public var numBeams: Int?
    public var temperature: Double?
    public var topK: Int?
    public var topP: Double?
    /// Above 0 a beam search likes long answers, below it short ones.
    public var lengthPenalty: Double?
    /// Whether tokens are drawn; else the likeliest is taken.
    public var doSample: Bool?
    /// Above 1 makes what was already written less likely (Keskar et al., 2019).
    public var repetitionPenalty: Double?
    /// No sequence of so many tokens comes twice; 0 allows all.
    public var noRepeatNgramSize: Int?
    /// Whether a beam search ends as soon as it has as many answers as beams.
    public var earlyStopping: Bool?
    public var seed: UInt64?

    public init() {}

    /// Which wishes were said.
    public var given: Set<VisionOption> {
        var given: Set<VisionOption> = []
        func note(_ option: VisionOption, _ isGiven: Bool) { if isGiven { given.insert(option) } }
        note(.maxNewTokens, maxNewTokens != nil)
        note(.numBeams, numBeams != nil)
        note(.temperature, temperature != nil)
        note(.topK, topK != nil)
        note(.topP, topP != nil)
        note(.lengthPenalty, lengthPenalty != nil)
        note(.doSample, doSample != nil)
        note(.repetitionPenalty, repetitionPenalty != nil)
        note(.noRepeatNgramSize, noRepeatNgramSize != nil)
        note(.earlyStopping, earlyStopping != nil)
        note(.seed, seed != nil)
        return given
    }

    /// Whether tokens are to be drawn: as told, else where a wish makes sense only then.
    public var samples: Bool { doSample ?? (temperature ?? 0 > 0 || topK != nil || topP != nil) }
}
