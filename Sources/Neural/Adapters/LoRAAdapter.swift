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

/// What adapters add to a layer's result, row by row, each row with an adapter of its own or none.
struct AdaptedRows {
    private var rows: [ck_adapted_row] = []

    /// The rows first ..< first + count of input [..][inputs] and result [..][outputs].
    mutating func add(
        _ adapter: LoRAAdapter, layer: Int, _ target: LoRATarget, input: UnsafePointer<Float>, inputs: Int,
        result: UnsafeMutablePointer<Float>, outputs: Int, first: Int, count: Int
    ) {
        guard let pair = adapter.pairs[layer][target] else { return }
        for row in first..<(first + count) {
            rows.append(
                ck_adapted_row(
                    input: input + row * inputs, first: pair.first.bytes, second: pair.second.bytes, first_kind: pair.first.kind.code,
                    second_kind: pair.second.kind.code, result: result + row * outputs, rank: Int64(adapter.settings.rank),
                    inputs: Int64(inputs), outputs: Int64(outputs), scale: adapter.settings.scale))
        }
    }

    func run(_ pool: ComputePool) {
        rows.withUnsafeBufferPointer { ck_adapted_rows(pool.handle, $0.baseAddress, Int64($0.count)) }
    }
}
