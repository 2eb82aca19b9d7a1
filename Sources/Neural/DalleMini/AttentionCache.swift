// Keys and values that later positions look back at, in the layout of ck_attention.h. Each sequence (a picture, or a prompt)
// has its own; one buffer holds them all.
import CKernels

final class AttentionCache {
    let sequences: Int
    let heads: Int
    let size: Int
    /// Positions a sequence can hold: a multiple of 16.
    let capacity: Int
    private let keys: FloatBuffer
    private let values: FloatBuffer
    private let stride: Int

    /// Floats that a cache of these sizes takes.
    static func floats(sequences: Int, length: Int, heads: Int, width: Int) -> Int {
        2 * sequences * heads * ((length + 15) / 16 * 16) * Int(ck_attention_padded(Int64(width / heads)))
    }

    init(sequences: Int, length: Int, heads: Int, width: Int) {
        self.sequences = sequences
        self.heads = heads
        size = width / heads
        capacity = (length + 15) / 16 * 16
        stride = heads * capacity * Int(ck_attention_padded(Int64(size)))
        keys = FloatBuffer(count: sequences * stride)
        values = FloatBuffer(count: sequences * stride)
    }

    /// Writes position `position` of a sequence; key and value are [heads * size].
    func append(_ key: UnsafePointer<Float>, _ value: UnsafePointer<Float>, sequence: Int, position: Int) {
        ck_attention_append(
            key, value, Int64(heads), Int64(size), Int64(capacity), Int64(position), keys.start + sequence * stride,
            values.start + sequence * stride)
    }

    /// Attention of each query row over its sequence. queries: row r at `queries + r * queryStride`, [heads * size];
    /// result [rows][heads * size]. `sequenceOf` and `lengths` have one number a row.
    func attend(
        _ queries: UnsafePointer<Float>, queryStride: Int, sequenceOf: [Int], lengths: [Int32],
        into result: UnsafeMutablePointer<Float>, pool: ComputePool
    ) {
        let keyPointers = sequenceOf.map { Optional(UnsafePointer(keys.start + $0 * stride)) }
        let valuePointers = sequenceOf.map { Optional(UnsafePointer(values.start + $0 * stride)) }
        var attention = ck_attention()
        attention.queries = queries
        attention.query_stride = Int64(queryStride)
        attention.result = result
        attention.result_stride = Int64(heads * size)
        attention.rows = Int64(sequenceOf.count)
        attention.heads = Int64(heads)
        attention.size = Int64(size)
        attention.capacity = Int64(capacity)
        keyPointers.withUnsafeBufferPointer { keys in
            valuePointers.withUnsafeBufferPointer { values in
                lengths.withUnsafeBufferPointer { lengths in
                    attention.keys = keys.baseAddress
                    attention.values = values.baseAddress
                    attention.lengths = lengths.baseAddress
                    ck_attention_run(pool.handle, &attention)
                }
            }
        }
    }
}
