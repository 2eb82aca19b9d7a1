// A base with an adapter, as learning sees it: the loss of some texts, and its gradient by the adapter's numbers. Weights of the base
// stay as they are. Sums are made in one order whatever the number of threads, so the same texts give the same bits.

/// Used by one caller at a time.
protocol AdapterLearner: AnyObject {
    var parameters: LoRAParameters { get }
    /// In the layout of the parameters; added to until ``forgetGradients()``.
    var gradients: FloatBuffer { get }
    /// Of each layer.
    var linears: [[LoRATarget: AdaptedLinear]] { get }
    /// Of the base.
    var fingerprint: String { get }

    /// The sum of the losses of all tokens that count: -ln of what was given to them.
    /// - Parameter share: adds the gradient, of which each token's counts so much; nil: no gradient.
    func pass(_ rows: TrainingRows, share: Float?) -> Double
}

extension AdapterLearner {
    /// After the parameters changed.
    func refresh() {
        for layer in linears { for linear in layer.values { linear.products?.refresh(parameters) } }
    }

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

    /// Nothing below it learns.
    var lowestLayer: Int { parameters.slots.first?.layer ?? 0 }
}
