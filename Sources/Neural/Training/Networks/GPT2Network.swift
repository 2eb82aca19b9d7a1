// The layers of a GPT-2 as learning sees them, whether their own weights learn or adapters beside them.
import CKernels

final class GPT2Network {
    struct Layer {
        let attentionNorm: any TrainingNorm
        let hiddenNorm: any TrainingNorm
        let linears: [LoRATarget: any TrainingLinear]
    }

    let sizes: GPT2Configuration
    let layers: [Layer]
    private let head: HeadLoss
    /// Of all that learns.
    let gradients: FloatBuffer
    /// The lowest layer of which something learns; below all: the embeddings learn too.
    let lowest: Int
    let pool: ComputePool
    private let room: TrainingScratch.Room

    init(_ sizes: GPT2Configuration, _ layers: [Layer], _ head: HeadLoss, gradients: FloatBuffer, lowest: Int, pool: ComputePool) {
        (self.sizes, self.layers, self.head, self.gradients, self.lowest, self.pool) = (sizes, layers, head, gradients, lowest, pool)
        room = layers.flatMap(\.linears.values).reduce(TrainingScratch.Room()) { $0 + $1.room }
    }

    /// As ``TextLearner/pass(_:share:)``.
    /// - Parameters:
    ///   - embed: writes the first states [rows][width].
    ///   - embedBack: is given their gradient, where they learn.
    func pass(
        _ rows: TrainingRows, share: Float?, embed: (UnsafeMutablePointer<Float>) -> Void,
        embedBack: (UnsafePointer<Float>) -> Void = { _ in }
    ) -> Double {
        let saved = GPT2Activations(rows: rows.count, texts: rows.starts.count - 1, sizes, room)
        embed(saved.states[0].start)
        forward(rows, saved)
        let loss = head.loss(
            rows, states: saved.states[sizes.layers], share: share, stateBack: saved.stateBack, gradients: gradients, pool)
        guard share != nil else { return loss }
        back(rows, saved)
        if lowest < 0 { embedBack(saved.stateBack.start) }
        return loss
    }
}

/// What the way back needs of the way there, and room for both. Normalised states and GELUs are made again.
final class GPT2Activations {
    /// Of each layer [rows][width], and of the end.
    let states: [FloatBuffer]
    /// Of each layer [rows][3 * width].
    let wide: [FloatBuffer]
    /// Of each layer [rows][width].
    let attended: [FloatBuffer]
    /// Of each layer [rows][width]: between attention and feed-forward.
    let middle: [FloatBuffer]
    /// Of each layer [rows][hidden], before GELU.
    let hidden: [FloatBuffer]

    /// [rows][width]
    let normed: FloatBuffer
    /// [rows][hidden]
    let active: FloatBuffer
    let attention: FloatBuffer
    let scratch: TrainingScratch

    /// [rows][width]: the gradient of the states.
    let stateBack: FloatBuffer
    /// [rows][width]
    let normedBack: FloatBuffer
    /// [rows][3 * width]
    let wideBack: FloatBuffer
    /// [rows][hidden]
    let hiddenBack: FloatBuffer

    init(rows: Int, texts: Int, _ sizes: GPT2Configuration, _ room: TrainingScratch.Room) {
        func every(_ count: Int, _ width: Int) -> [FloatBuffer] { (0..<count).map { _ in FloatBuffer(count: rows * width) } }
        states = every(sizes.layers + 1, sizes.width)
        wide = every(sizes.layers, 3 * sizes.width)
        attended = every(sizes.layers, sizes.width)
        middle = every(sizes.layers, sizes.width)
        hidden = every(sizes.layers, sizes.hidden)
        normed = FloatBuffer(count: rows * sizes.width)
        active = FloatBuffer(count: rows * sizes.hidden)
        attention = FloatBuffer(count: texts * sizes.heads * 2 * rows)
        scratch = TrainingScratch(rows: rows, room)
        stateBack = FloatBuffer(count: rows * sizes.width)
        normedBack = FloatBuffer(count: rows * sizes.width)
        wideBack = FloatBuffer(count: rows * 3 * sizes.width)
        hiddenBack = FloatBuffer(count: rows * sizes.hidden)
    }
}
