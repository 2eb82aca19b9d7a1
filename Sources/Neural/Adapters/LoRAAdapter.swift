// An adapter as decoding uses it: its matrices lie where PEFT's file has them, in the numbers that it has, so that taking one up costs
// no more than reading the file's header. Nothing of it changes.
import CKernels

public final class LoRAAdapter: Sendable {
    /// The two matrices beside one weight.
    struct Pair: Sendable {
        /// [rank][inputs]
        let first: TensorView
        /// [outputs][rank]
        let second: TensorView
    }

    public let settings: LoRASettings
    /// Of each layer.
    let pairs: [[LoRATarget: Pair]]
    /// Bytes that its file takes.
    let size: Int

    init(settings: LoRASettings, pairs: [[LoRATarget: Pair]], size: Int) {
        self.settings = settings
        self.pairs = pairs
        self.size = size
    }
}
