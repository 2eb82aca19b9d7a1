// How a training goes. Everything that decides what comes out is here, so that a run that goes on later can tell whether
// it is the same.

public struct TrainingSettings: Sendable, Equatable, Codable {
    /// Nil: no adapter, but all weights of the base learn.
    public var adapter: LoRASettings?
    public var rate: LearningRate
    public var weightDecay: Double
    /// Gradients longer than this are cut; what a step learns from one strange text stays small.
    public var longestGradient: Double
    /// Texts that are held in memory together.
    public var batch: Int
    /// Batches a step learns from.
    public var accumulation: Int
    /// Of each text, so many tokens at most are read.
    public var longestText: Int
    /// The share of the texts that is held out, to tell learning from memorising.
    public var heldOut: Double
    /// Steps between looks at the held-out loss.
    public var evaluateEvery: Int
    /// Looks in a row that may be no better before it ends; the best is kept.
    public var patience: Int
    /// Steps between saves.
    public var saveEvery: Int
    public var seed: UInt64

    public init(
        adapter: LoRASettings? = LoRASettings(), steps: Int = 200, highestRate: Double = 2e-3, weightDecay: Double = 0,
        longestGradient: Double = 1, batch: Int = 8, accumulation: Int = 1, longestText: Int = 128, heldOut: Double = 0.1,
        evaluateEvery: Int = 20, patience: Int = 3, saveEvery: Int = 20, seed: UInt64 = 1
    ) {
        self.adapter = adapter
        rate = LearningRate(highest: highestRate, warmUp: min(steps / 10, 100), steps: steps, floor: 0.05)
        self.weightDecay = weightDecay
        self.longestGradient = longestGradient
        self.batch = batch
        self.accumulation = accumulation
        self.longestText = longestText
        self.heldOut = heldOut
        self.evaluateEvery = evaluateEvery
        self.patience = patience
        self.saveEvery = saveEvery
        self.seed = seed
    }
}
