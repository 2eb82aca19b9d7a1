// The kernels of language models: every level against the plain reference, at sizes that leave remainders everywhere.
import CKernels
import Foundation
import Testing

@testable import Neural

private let levels = Array(Int32(CK_VECTOR)...ck_best_level())

private func numbers(_ count: Int, seed: Int, spread: Float = 1) -> FloatBuffer {
    let buffer = FloatBuffer(count: count)
    for i in 0..<count {
        buffer.start[i] = Float(SeededChance.uniform(seed: UInt64(seed), stream: 1, step: i) * 2 - 1) * spread
    }
    return buffer
}

@Suite("Fast kernels of language models agree with the reference")
struct LanguageKernelTests {
    let reference = ComputePool(threads: 1, level: Int32(CK_REFERENCE))

    /// Random block weights [outputs][inputs]: packed, and as floats.
    private func blockWeights(_ kind: Int32, outputs: Int, inputs: Int) -> (packed: FloatBuffer, floats: [Float]) {
        let packed = FloatBuffer(count: Int(ck_blocks_size(kind, Int64(outputs), Int64(inputs))) / 4)
        let part = kind == Int32(CK_Q6_HALVES) ? 16 : 32
        let (most, offset): (UInt8, Float) =
            switch kind {
            case Int32(CK_Q8): (255, 128)
            case Int32(CK_Q4): (15, 8)
            case Int32(CK_Q4_MIN): (15, 0)
            case Int32(CK_Q5_MIN): (31, 0)
            default: (63, 32)
            }
        let hasMinima = offset == 0
        var floats: [Float] = []
        for output in 0..<outputs {
            let random = numbers(inputs, seed: output)
            let whole = (0..<inputs).map { UInt8((random.start[$0] + 1) / 2 * Float(most)) }
            let scales = (0..<(inputs / part)).map { Float(Float16(random.start[$0] * 0.01)) }
            let minima = (0..<(inputs / 32)).map { Float(Float16(abs(random.start[inputs - 1 - $0]) * 0.1)) }
            ck_blocks_pack(kind, Int64(inputs), Int64(output), whole, scales, minima, packed.start)
            floats += (0..<inputs).map { scales[$0 / part] * (Float(whole[$0]) - offset) - (hasMinima ? minima[$0 / 32] : 0) }
        }
        return (packed, floats)
    }

    private func multiply(
        _ kind: Int32, _ packed: FloatBuffer, _ input: FloatBuffer, rows: Int, outputs: Int, inputs: Int, pool: ComputePool
    ) -> [Float] {
        let result = numbers(rows * outputs, seed: 77)
        let bias = numbers(outputs, seed: 78)
        let scratch = ActivationScratch(count: rows * inputs)
        var product = ck_blocks(
            a: scratch.quantise(input.start, rows: rows, inputs: inputs, pool: pool), b: packed.start, kind: kind, bias: bias.start,
            residual: result.start, c: result.start, c_stride: Int64(outputs), m: Int64(rows), n: Int64(outputs), k: Int64(inputs))
        ck_blocks_run(pool.handle, &product)
        return result.array
    }

    static let kinds = [Int32(CK_Q8), Int32(CK_Q4), Int32(CK_Q4_MIN), Int32(CK_Q5_MIN), Int32(CK_Q6_HALVES)]

    @Test("a product with block weights", arguments: kinds, [(1, 32, 32), (3, 70, 64), (7, 33, 256), (100, 96, 96)])
    func blocks(kind: Int32, sizes: (m: Int, n: Int, k: Int)) {
        let (m, n, k) = sizes
        let (packed, weights) = blockWeights(kind, outputs: n, inputs: k)
        let input = numbers(m * k, seed: 5, spread: 3)
        let plain = multiply(kind, packed, input, rows: m, outputs: n, inputs: k, pool: reference)
        // Against the product of floats: what 8 bits of the input lose.
        let (bias, residuals) = (numbers(n, seed: 78), numbers(m * n, seed: 77))
        let exact = residuals.array.enumerated().map { at, residual in
            let (row, column) = (at / n, at % n)
            return (0..<k).reduce(residual + bias.start[column]) { $0 + input.start[row * k + $1] * weights[column * k + $1] }
        }
        #expect(relativeDifference(plain, exact) < 0.02)
        for level in levels {
            let pool = ComputePool(threads: 2, level: level)
            let fast = multiply(kind, packed, input, rows: m, outputs: n, inputs: k, pool: pool)
            #expect(relativeDifference(fast, plain) < 1e-5)
            let first = multiply(kind, packed, input, rows: 1, outputs: n, inputs: k, pool: pool)
            #expect(Array(fast[..<n]) == first, "a row's result depends on how many rows are computed with it")
        }
    }

    @Test("RMS norm, rotary positions and the SwiGLU gate", arguments: levels, [2, 16, 30, 38, 256])
    func rows(level: Int32, size: Int) {
        let x = numbers(10 * 2 * size, seed: 1, spread: 4)
        let gain = numbers(size, seed: 2)
        let (cosines, sines) = (numbers(10 * size / 2, seed: 3), numbers(10 * size / 2, seed: 4))
        func run(_ pool: ComputePool) -> [Float] {
            let normed = FloatBuffer(count: 10 * size)
            var norm = ck_rms_norm_rows(
                x: x.start, x_stride: Int64(2 * size), gain: gain.start, y: normed.start, y_stride: Int64(size), rows: 10, n: Int64(size),
                epsilon: 1e-5)
            ck_rms_norm(pool.handle, &norm)
            let gated = FloatBuffer(count: 10 * size)
            ck_silu_gate(pool.handle, x.start, 10, Int64(size), gated.start)
            let turned = FloatBuffer(count: 10 * 2 * size)
            turned.start.update(from: x.start, count: turned.count)
            ck_rotate(pool.handle, turned.start, Int64(2 * size), 10, 2, Int64(size), cosines.start, sines.start)
            return normed.array + gated.array + turned.array
        }
        #expect(relativeDifference(run(ComputePool(threads: 2, level: level)), run(reference)) < 1e-5)
    }

    @Test("paged attention", arguments: levels, [(1, 16, 0), (5, 8, 3), (64, 64, 0), (65, 20, 0), (200, 48, 70)])
    func pages(level: Int32, sizes: (length: Int, size: Int, window: Int)) {
        let (length, size, window) = sizes
        let (heads, keyHeads) = (6, 2)
        let store = KeyValuePool(layers: 1, keyHeads: keyHeads, headSize: size, bytes: 64 << 20)
        var text = KeyValueSequence(store)
        text.extend(by: [Int32](repeating: 1, count: length)[...])
        let states = numbers(length * 2 * keyHeads * size, seed: 3, spread: 2)
        for position in 0..<length {
            let key = states.start + position * 2 * keyHeads * size
            text.write(layer: 0, position: position, key: key, value: key + keyHeads * size)
        }
        let rows = min(length, 7)
        let queries = numbers(rows * heads * size, seed: 4, spread: 2)
        // Where no window is, scores fall with the distance, each head's at its own rate.
        let slopes = FloatBuffer(count: heads)
        for head in 0..<heads where window == 0 { slopes.start[head] = 0.1 / Float(head + 1) }
        func attend(_ pool: ComputePool) -> [Float] {
            let result = FloatBuffer(count: rows * heads * size)
            let pages = text.pages.map { Optional(UnsafePointer($0.floats.start)) }
            pages.withUnsafeBufferPointer { pages in
                var run = ck_page_run(pages: pages.baseAddress, first_row: 0, rows: Int64(rows), first_position: Int64(length - rows))
                withUnsafePointer(to: &run) { run in
                    var attention = ck_paged_attention(
                        queries: queries.start, query_stride: Int64(heads * size), result: result.start, result_stride: Int64(heads * size),
                        runs: run, run_count: 1, layer: 0, heads: Int64(heads), kv_heads: Int64(keyHeads), size: Int64(size),
                        window: Int64(window), scale: 0.3, slopes: window == 0 ? UnsafePointer(slopes.start) : nil)
                    ck_paged_attention_run(pool.handle, &attention)
                }
            }
            return result.array
        }
        let plain = attend(reference)
        #expect(relativeDifference(attend(ComputePool(threads: 2, level: level)), plain) < 1e-5)
        // The last row by the definition.
        let (head, position) = (heads - 1, length - 1)
        let query = queries.array[((rows - 1) * heads + head) * size..<(((rows - 1) * heads + head) * size + size)]
        let seen = window > 0 ? max(0, position + 1 - window)...position : 0...position
        func state(_ at: Int, _ offset: Int) -> ArraySlice<Float> {
            states.array[((at * 2 + offset) * keyHeads + keyHeads - 1) * size..<(((at * 2 + offset) * keyHeads + keyHeads) * size)]
        }
        let weights = seen.map { at in
            let score = zip(query, state(at, 0)).reduce(Float(0)) { $0 + $1.0 * $1.1 } * 0.3
            return exp(Double(score - slopes.array[head] * Float(position - at)))
        }
        let total = weights.reduce(0, +)
        let exact = (0..<size).map { c in
            Float(zip(seen, weights).reduce(0.0) { $0 + $1.1 * Double(Array(state($1.0, 1))[c]) } / total)
        }
        #expect(relativeDifference(plain.suffix(size), exact) < 1e-4)
    }
}
