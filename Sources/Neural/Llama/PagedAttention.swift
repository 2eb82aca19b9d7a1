// Attention of new positions over the pages of their texts, as decoders with one product for queries, keys and values use it.
import CKernels

/// New tokens of one text, the last of those that its sequence holds.
protocol NewTokens {
    /// Already extended by the new tokens.
    var sequence: KeyValueSequence { get }
    var count: Int { get }
}

extension NewTokens {
    /// The position of the first of them.
    var first: Int { sequence.tokens.count - count }
}

struct PagedAttention: Sendable {
    let heads: Int
    /// Heads of keys and values; neighbouring query heads share one.
    let keyHeads: Int
    let size: Int
    /// How many positions a query sees; 0: all.
    var window = 0
    /// What a score loses for each position between query and key: [heads]; nil: nothing. ALiBi (Press et al., 2022).
    var slopes: FloatBuffer?

    /// Numbers from a row of queries to the next: queries, keys and values lie side by side.
    private var stride: Int { (heads + 2 * keyHeads) * size }

    /// Keys and values of the new positions go into the pages, and every query looks at those up to its own.
    /// - Parameters:
    ///   - queries: [rows][(heads + 2 * keyHeads) * size], the rows of all parts in their order.
    ///   - result: [rows][heads * size]
    func run(
        _ queries: UnsafeMutablePointer<Float>, _ parts: [some NewTokens], layer: Int, into result: UnsafeMutablePointer<Float>,
        pool: ComputePool
    ) {
        var row = 0
        for part in parts {
            for position in part.first..<part.sequence.tokens.count {
                let key = queries + row * stride + heads * size
                part.sequence.write(layer: layer, position: position, key: key, value: key + keyHeads * size)
                row += 1
            }
        }
        let pages = parts.flatMap { $0.sequence.pages.map { Optional(UnsafePointer($0.floats.start)) } }
        pages.withUnsafeBufferPointer { pages in
            var runs: [ck_page_run] = []
            var (row, page) = (0, 0)
            for part in parts {
                runs.append(
                    ck_page_run(
                        pages: pages.baseAddress.map { $0 + page }, first_row: Int64(row), rows: Int64(part.count),
                        first_position: Int64(part.first)))
                row += part.count
                page += part.sequence.pages.count
            }
            runs.withUnsafeBufferPointer { runs in
                var attention = ck_paged_attention()
                attention.queries = UnsafePointer(queries)
                attention.query_stride = Int64(stride)
                attention.result = result
                attention.result_stride = Int64(heads * size)
                attention.runs = runs.baseAddress
                attention.run_count = Int64(runs.count)
                attention.layer = Int64(layer * keyHeads * Int(ck_page_head(Int64(size))))
                attention.heads = Int64(heads)
                attention.kv_heads = Int64(keyHeads)
                attention.size = Int64(size)
                attention.window = Int64(window)
                attention.scale = 1 / Float(size).squareRoot()
                attention.slopes = slopes.map { UnsafePointer($0.start) }
                withExtendedLifetime(slopes) { ck_paged_attention_run(pool.handle, &attention) }
            }
        }
    }
}
