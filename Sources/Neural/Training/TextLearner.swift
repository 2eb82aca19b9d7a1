// A model as learning sees it: the loss of some texts, and its gradient by the numbers that learn. Sums are made in one order whatever
// the number of threads, so the same texts give the same bits.

/// Used by one caller at a time.
protocol TextLearner: AnyObject {
    /// Of the base.
    var fingerprint: String { get }
    /// All numbers that learning changes, in one run, so that the optimiser and checkpoints know no matrices.
    var values: FloatBuffer { get }
    /// In the same layout; added to until ``forgetGradients()``.
    var gradients: FloatBuffer { get }

    /// Gives the values that learning begins with.
    func begin(seed: UInt64)
    /// After the values changed.
    func refresh()
    /// The sum of the losses of all tokens that count: -ln of what was given to them.
    /// - Parameter share: adds the gradient, of which each token's counts so much; nil: no gradient.
    func pass(_ rows: TrainingRows, share: Float?) -> Double
    /// Leaves what was learnt in a folder.
    func write(_ values: FloatBuffer, to folder: String) throws
}

extension TextLearner {
    func forgetGradients() { gradients.start.update(repeating: 0, count: gradients.count) }

    /// The sum of the losses of all tokens that count.
    func loss(_ texts: [TrainingText]) -> Double { pass(texts, share: nil) }

    /// The same, and adds its gradient.
    /// - Parameter share: what each token's gradient counts: 1 / tokens of the whole step.
    func learn(_ texts: [TrainingText], share: Float) -> Double { pass(texts, share: share) }

    private func pass(_ texts: [TrainingText], share: Float?) -> Double {
        let rows = TrainingRows(texts)
        return rows.targets.isEmpty ? 0 : pass(rows, share: share)
    }
}

/// A base whose weights stay as they are, with an adapter that learns.
protocol AdapterLearner: TextLearner {
    var parameters: LoRAParameters { get }
    /// Of each layer.
    var linears: [[LoRATarget: AdaptedLinear]] { get }
}

extension AdapterLearner {
    var values: FloatBuffer { parameters.values }
    /// Nothing below it learns.
    var lowestLayer: Int { parameters.slots.first?.layer ?? 0 }

    func begin(seed: UInt64) { parameters.begin(seed: seed) }

    func refresh() {
        for layer in linears { for linear in layer.values { linear.products?.refresh(parameters) } }
    }

    func write(_ values: FloatBuffer, to folder: String) throws { try LoRAAdapter.write(parameters, values, to: folder) }
}
