// What adapters add to a layer's results, row by row, each row with an adapter of its own or none.
import CKernels

/// New tokens of one text, in the manner of an adapter or of the base.
protocol AdaptedTokens: NewTokens {
    var adapter: LoRAAdapter? { get }
}

struct LayerAdapters {
    private let layout: LoRALayout
    private let layer: Int
    /// Rows first ..< first + count of the pass.
    private var runs: [(adapter: LoRAAdapter, first: Int, count: Int)] = []

    init(_ parts: [some AdaptedTokens], layer: Int, _ layout: LoRALayout) {
        (self.layer, self.layout) = (layer, layout)
        var row = 0
        for part in parts {
            if let adapter = part.adapter { runs.append((adapter, row, part.count)) }
            row += part.count
        }
    }

    /// result [rows][outputs] += scale * B A input [rows][inputs], for the rows that have an adapter with this target.
    /// - Parameter stride: numbers from a row of the result to the next; nil: outputs.
    func add(
        _ target: LoRATarget, _ input: UnsafePointer<Float>, to result: UnsafeMutablePointer<Float>, stride: Int? = nil,
        _ pool: ComputePool
    ) {
        guard !runs.isEmpty, let place = layout.place(target) else { return }
        var rows: [ck_adapted_row] = []
        for (adapter, first, count) in runs {
            guard let pair = adapter.pairs[layer][target] else { continue }
            for row in first..<(first + count) {
                rows.append(
                    ck_adapted_row(
                        input: input + row * place.inputs, first: pair.first.bytes, second: pair.second.bytes,
                        first_kind: pair.first.kind.code, second_kind: pair.second.kind.code,
                        result: result + row * (stride ?? place.outputs), rank: Int64(adapter.settings.rank),
                        inputs: Int64(place.inputs), outputs: Int64(place.outputs), scale: adapter.settings.scale))
            }
        }
        rows.withUnsafeBufferPointer { ck_adapted_rows(pool.handle, $0.baseAddress, Int64($0.count)) }
    }
}
