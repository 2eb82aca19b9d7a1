// Between the layers of a language model: every word looks at the vision tokens of the picture before it, and what it sees is
// let in by a gate that training opens (Alayrac et al., 2022, section 3.1.2). Words before the first picture see nothing.
import CKernels
import Foundation

/// What one picture is to one gated layer: keys and values of its vision tokens. Worked out once, read by every text.
struct SeenPicture: Sendable {
    /// [heads][capacity * padded] each, as ck_attention.h says; one of both for each gated layer.
    fileprivate(set) var keys: [FloatBuffer]
    fileprivate(set) var values: [FloatBuffer]

    /// Bytes it takes.
    var byteCount: Int { (keys + values).reduce(0) { $0 + $1.count * MemoryLayout<Float>.size } }
}

struct GatedCrossAttention: Sendable {
    private let heads: FlamingoConfiguration.Heads
    private let latents: Int
    private let capacity: Int
    private let width: Int
    private let norm: LayerNorm
    private let queries: PackedMatrix
    /// [2 * inner][vision width]
    private let keysValues: PackedMatrix
    private let output: PackedMatrix
    private let gate: Float
    private let feedForward: FlamingoFeedForward
    private let feedForwardGate: Float

    init(_ tensors: TensorSource, _ sizes: FlamingoConfiguration) throws(CheckpointError) {
        (heads, latents, width) = (sizes.crossHeads, sizes.latents, sizes.text.width)
        capacity = (latents + 15) / 16 * 16
        let attention = tensors.scoped("attn")
        norm = try LayerNorm(attention, "norm", size: width)
        queries = try attention.matrix("to_q", outputs: heads.inner, inputs: width)
        keysValues = try attention.matrix("to_kv", outputs: 2 * heads.inner, inputs: sizes.vision.width)
        output = try attention.matrix("to_out", outputs: width, inputs: heads.inner)
        gate = tanh(try tensors.floats("attn_gate", [1]).array[0])
        feedForward = try FlamingoFeedForward(tensors.scoped("ff"), width: width, hidden: width * sizes.feedForwardFactor)
        feedForwardGate = tanh(try tensors.floats("ff_gate", [1]).array[0])
    }

    /// Adds this layer's keys and values of a picture's vision tokens [latents][vision width].
    func look(_ tokens: FloatBuffer, into picture: inout SeenPicture, pool: ComputePool) {
        let both = FloatBuffer(count: latents * 2 * heads.inner)
        keysValues.multiply(tokens.start, rows: latents, into: both.start, pool: pool)
        let count = heads.count * capacity * Int(ck_attention_padded(Int64(heads.size)))
        let (keys, values) = (FloatBuffer(count: count), FloatBuffer(count: count))
        for row in 0..<latents {
            let key = both.start + row * 2 * heads.inner
            ck_attention_append(
                key, key + heads.inner, Int64(heads.count), Int64(heads.size), Int64(capacity), Int64(row), keys.start, values.start)
        }
        picture.keys.append(keys)
        picture.values.append(values)
    }

    /// x [rows][width] in place.
    /// - Parameters:
    ///   - pictures: for each row the picture that its word sees; nil: none.
    ///   - place: of this layer among the gated ones.
    func apply(_ x: UnsafeMutablePointer<Float>, pictures: [SeenPicture?], place: Int, pool: ComputePool) {
        let rows = pictures.count
        let normed = FloatBuffer(count: rows * width)
        let asked = FloatBuffer(count: rows * heads.inner)
        let attended = FloatBuffer(count: rows * heads.inner)
        norm.apply(x, rows: rows, into: normed.start, pool: pool)
        queries.multiply(normed.start, rows: rows, into: asked.start, pool: pool)
        if let any = pictures.lazy.compactMap({ $0 }).first {
            attend(asked, pictures.map { $0 ?? any }, place, into: attended, pool: pool)
            for row in 0..<rows where pictures[row] == nil {
                (attended.start + row * heads.inner).update(repeating: 0, count: heads.inner)
            }
        }
        output.multiply(attended.start, rows: rows, into: x, residual: x, scale: gate, pool: pool)
        feedForward.apply(x, rows: rows, scale: feedForwardGate, pool: pool)
    }

    private func attend(_ asked: FloatBuffer, _ pictures: [SeenPicture], _ place: Int, into result: FloatBuffer, pool: ComputePool) {
        let keys = pictures.map { Optional(UnsafePointer($0.keys[place].start)) }
        let values = pictures.map { Optional(UnsafePointer($0.values[place].start)) }
        let lengths = [Int32](repeating: Int32(latents), count: pictures.count)
        var attention = ck_attention()
        attention.queries = UnsafePointer(asked.start)
        attention.query_stride = Int64(heads.inner)
        attention.result = result.start
        attention.result_stride = Int64(heads.inner)
        attention.rows = Int64(pictures.count)
        attention.heads = Int64(heads.count)
        attention.size = Int64(heads.size)
        attention.capacity = Int64(capacity)
        keys.withUnsafeBufferPointer { keys in
            values.withUnsafeBufferPointer { values in
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
