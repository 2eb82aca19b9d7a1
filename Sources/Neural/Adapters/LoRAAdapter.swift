// An adapter as decoding uses it: its matrices lie where PEFT's file has them, mapped, so that taking one up costs no more than
// opening the file, and memory holds the pages that are used. Nothing of it changes.
import CKernels

public final class LoRAAdapter: Sendable {
    /// The two matrices beside one weight.
    struct Pair: @unchecked Sendable {
        /// [rank][inputs]
        let first: UnsafePointer<Float>
        /// [outputs][rank]
        let second: UnsafePointer<Float>
        /// What keeps the numbers where they are.
        let owners: [any Sendable]

        init(_ first: TensorView, _ second: TensorView) {
            let (a, b) = (Self.numbers(first), Self.numbers(second))
            (self.first, self.second, owners) = (a.pointer, b.pointer, [a.owner, b.owner])
        }

        /// In the file, where it has floats at an address that can be read as such; else a copy.
        private static func numbers(_ view: TensorView) -> (pointer: UnsafePointer<Float>, owner: any Sendable) {
            if view.kind == .float32, Int(bitPattern: view.bytes) % MemoryLayout<Float>.alignment == 0 {
                return (view.bytes.assumingMemoryBound(to: Float.self), view.file)
            }
            let copy = view.floats()
            return (UnsafePointer(copy.start), copy)
        }
    }

    public let settings: LoRASettings
    /// Of each layer.
    let pairs: [[LoRATarget: Pair]]

    init(settings: LoRASettings, pairs: [[LoRATarget: Pair]]) {
        self.settings = settings
        self.pairs = pairs
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
                    input: input + row * inputs, first: pair.first, second: pair.second, result: result + row * outputs,
                    rank: Int64(adapter.settings.rank), inputs: Int64(inputs), outputs: Int64(outputs), scale: adapter.settings.scale))
        }
    }

    func run(_ pool: ComputePool) {
        rows.withUnsafeBufferPointer { ck_adapted_rows(pool.handle, $0.baseAddress, Int64($0.count)) }
    }
}
