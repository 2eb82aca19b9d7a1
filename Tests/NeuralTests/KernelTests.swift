// Every level of every kernel against the plain reference, at sizes that leave remainders everywhere.
import CKernels
import Testing

@testable import Neural

private let levels = Array(Int32(CK_VECTOR)...ck_best_level())

@Suite("Fast kernels agree with the reference")
struct KernelTests {
    let reference = ComputePool(threads: 1, level: Int32(CK_REFERENCE))

    /// The same numbers each time: tests must not depend on luck.
    private func numbers(_ count: Int, seed: Int, spread: Float = 1) -> FloatBuffer {
        let buffer = FloatBuffer(count: count)
        for i in 0..<count {
            buffer.start[i] = Float(SeededChance.uniform(seed: UInt64(seed), stream: 0, step: i) * 2 - 1) * spread
        }
        return buffer
    }

    private func compare(_ level: Int32, threads: Int, tolerance: Float = 1e-5, _ run: (ComputePool) -> [Float]) {
        #expect(relativeDifference(run(ComputePool(threads: threads, level: level)), run(reference)) < tolerance)
    }

    @Test("a product of matrices", arguments: levels, [(1, 1, 1), (8, 96, 64), (13, 33, 70), (18, 257, 41), (100, 31, 129), (200, 64, 32)])
    func product(level: Int32, sizes: (m: Int, n: Int, k: Int)) {
        let (m, n, k) = sizes
        let input = numbers(m * k, seed: 1)
        let weights = numbers(n * k, seed: 2)
        let bias = numbers(n, seed: 3)
        let residual = numbers(m * n, seed: 4)
        let matrix = PackedMatrix(outputs: n, inputs: k)
        matrix.fill(rows: weights.start)
        compare(level, threads: 2) { pool in
            let plain = FloatBuffer(count: m * n)
            let full = FloatBuffer(count: m * n)
            matrix.multiply(input.start, rows: m, into: plain.start, pool: pool)
            matrix.multiply(input.start, rows: m, into: full.start, bias: bias.start, residual: residual.start, scale: 0.5, pool: pool)
            return plain.array + full.array
        }
        let result = FloatBuffer(count: m * n)
        matrix.multiply(input.start, rows: m, into: result.start, pool: ComputePool(threads: 2, level: level))
        let (row, column) = (m - 1, n - 1)
        let exact = (0..<k).reduce(0.0) { $0 + Double(input.start[row * k + $1]) * Double(weights.start[column * k + $1]) }
        #expect(abs(Double(result.start[row * n + column]) - exact) < 1e-5 * Double(k))
    }

    @Test("a product with weights of 16 bits is the product with the same weights as floats", arguments: [Int32(CK_REFERENCE)] + levels)
    func sixteenBits(level: Int32) {
        let (m, n, k) = (18, 70, 45)
        let input = numbers(m * k, seed: 1)
        let pool = ComputePool(threads: 2, level: level)
        for kind in [NumberKind.float16, .bfloat16] {
            let raw = numbers(n * k, seed: 2).array.map {
                kind == .float16 ? Float16($0).bitPattern : UInt16(truncatingIfNeeded: $0.bitPattern >> 16)
            }
            let results = [kind, .float32].map { stored in
                let panels = FloatBuffer(count: Int(ck_packed_count(Int64(n), Int64(k))))
                raw.withUnsafeBytes {
                    ck_pack_rows($0.baseAddress, kind.code, Int64(n), Int64(k), 0, panels.start, stored.code)
                }
                let result = FloatBuffer(count: m * n)
                var product = ck_matmul(
                    a: input.start, a_stride: Int64(k), b: panels.start, kind: stored.code, bias: nil, residual: nil, c: result.start,
                    c_stride: Int64(n), m: Int64(m), n: Int64(n), k: Int64(k), scale: 1)
                ck_matmul_run(pool.handle, &product)
                return result.array
            }
            #expect(results[0] == results[1])
        }
    }

    @Test("a row's result does not depend on how many rows are computed with it", arguments: [Int32(CK_REFERENCE)] + levels)
    func rowsAreIndependent(level: Int32) {
        let (m, n, k) = (23, 70, 50)
        let input = numbers(m * k, seed: 1)
        let matrix = PackedMatrix(outputs: n, inputs: k)
        let weights = numbers(n * k, seed: 2)
        matrix.fill(rows: weights.start)
        let pool = ComputePool(threads: 2, level: level)
        let together = FloatBuffer(count: m * n)
        let alone = FloatBuffer(count: m * n)
        matrix.multiply(input.start, rows: m, into: together.start, pool: pool)
        for row in 0..<m { matrix.multiply(input.start + row * k, rows: 1, into: alone.start + row * n, pool: pool) }
        #expect(together.array == alone.array)
    }

    @Test("a convolution", arguments: levels, [(1, 3, 5), (8, 32, 3), (13, 17, 40), (16, 64, 64)])
    func convolution(level: Int32, sizes: (side: Int, inputs: Int, outputs: Int)) {
        let (side, inputs, outputs) = sizes
        let picture = numbers(side * side * inputs, seed: 1)
        let bias = numbers(outputs, seed: 2)
        let raw = numbers(outputs * inputs * 9, seed: 3)
        let weights = FloatBuffer(count: Int(ck_packed_count(Int64(outputs), Int64(inputs * 9))))
        ck_pack_conv(raw.start, Int32(CK_F32), Int64(outputs), Int64(inputs), 9, weights.start)
        let padded = FloatBuffer(count: (side + 2) * (side + 2) * inputs)
        func convolve(_ pool: ComputePool) -> [Float] {
            ck_pad_copy(pool.handle, picture.start, Int64(side), Int64(side), Int64(inputs), padded.start)
            let result = numbers(side * side * outputs, seed: 4)
            var conv = ck_conv3x3(
                padded: padded.start, weights: weights.start, bias: bias.start, residual: result.start, result: result.start,
                height: Int64(side), width: Int64(side), inputs: Int64(inputs), outputs: Int64(outputs))
            ck_conv3x3_run(pool.handle, &conv)
            return result.array
        }
        compare(level, threads: 2, convolve)

        // One pixel by the definition: outside the picture is zero.
        let (y, x, output) = (0, side - 1, outputs - 1)
        var exact = numbers(side * side * outputs, seed: 4).array[(y * side + x) * outputs + output] + bias.start[output]
        for dy in -1...1 {
            for dx in -1...1 where (0..<side).contains(y + dy) && (0..<side).contains(x + dx) {
                for input in 0..<inputs {
                    exact +=
                        picture.start[((y + dy) * side + x + dx) * inputs + input]
                        * raw.start[(output * inputs + input) * 9 + (dy + 1) * 3 + dx + 1]
                }
            }
        }
        #expect(abs(convolve(reference)[(y * side + x) * outputs + output] - exact) < 1e-3)
    }

    @Test("attention over a cache", arguments: levels, [(1, 16), (5, 7), (16, 64), (37, 24), (64, 80), (130, 48)])
    func attention(level: Int32, sizes: (length: Int, size: Int)) {
        let (length, heads, rows) = (sizes.length, 3, 4)
        let width = heads * sizes.size
        let cache = AttentionCache(sequences: 2, length: length, heads: heads, width: width)
        let states = numbers(2 * length * 2 * width, seed: 1, spread: 2)
        for i in 0..<(2 * length) {
            let key = states.start + i * 2 * width
            cache.append(key, key + width, sequence: i / length, position: i % length)
        }
        let queries = numbers(rows * width, seed: 2, spread: 3)
        let lengths = [1, (length + 1) / 2, length, length].map { Int32($0) }
        func attend(_ pool: ComputePool) -> [Float] {
            let result = FloatBuffer(count: rows * width)
            cache.attend(
                queries.start, queryStride: width, sequenceOf: [0, 1, 0, 1], lengths: lengths, into: result.start, pool: pool)
            return result.array
        }
        compare(level, threads: 2, attend)
        // Looking at one position only, attention returns its value.
        #expect(Array(attend(reference)[..<width]) == Array(states.array[width..<(2 * width)]))
    }

    @Test("layer norm, softmax and the gated GELU", arguments: levels, [1, 4, 15, 16, 37, 256])
    func rows(level: Int32, size: Int) {
        let x = numbers(6 * size, seed: 1, spread: 5)
        let (gain, shift) = (numbers(size, seed: 2), numbers(size, seed: 3))
        compare(level, threads: 2) { pool in
            let result = FloatBuffer(count: 3 * size)
            var norm = ck_layer_norm_rows(
                x: x.start, gain: gain.start, shift: shift.start, residual: x.start + size, y: result.start, rows: 3, n: Int64(size))
            ck_layer_norm(pool.handle, &norm)
            return result.array
        }
        compare(level, threads: 2) { pool in
            let result = FloatBuffer(count: 3 * size)
            ck_gelu_gate(pool.handle, x.start, 3, Int64(size), result.start)
            return result.array
        }
        compare(level, threads: 2) { pool in
            let result = FloatBuffer(count: 6 * size)
            result.start.update(from: x.start, count: 6 * size)
            ck_softmax_rows(pool.handle, result.start, 6, Int64(size))
            return result.array
        }
    }

    @Test("group norm", arguments: levels, [false, true])
    func groupNorm(level: Int32, swish: Bool) {
        let (side, channels) = (9, 64)
        let x = numbers(side * side * channels, seed: 1, spread: 4)
        let (gain, shift) = (numbers(channels, seed: 2), numbers(channels, seed: 3))
        for padded in [false, true] {
            let size = padded ? side + 2 : side
            compare(level, threads: 2) { pool in
                let result = FloatBuffer(count: size * size * channels)
                let scratch = FloatBuffer(count: Int(ck_group_norm_scratch(Int64(side), Int64(channels))))
                var norm = ck_group_norm(
                    x: x.start, gain: gain.start, shift: shift.start, height: Int64(side), width: Int64(side), channels: Int64(channels),
                    groups: 32, swish: swish ? 1 : 0, padded: padded ? 1 : 0, result: result.start, scratch: scratch.start)
                ck_group_norm_run(pool.handle, &norm)
                return result.array
            }
        }
    }

    @Test("every 16-bit number is read as it is meant", arguments: [Int32(CK_REFERENCE)] + levels)
    func halfNumbers(level: Int32) {
        let patterns = (0...UInt16.max).map { $0 }
        let result = FloatBuffer(count: patterns.count)
        patterns.withUnsafeBytes { ck_to_float(level, $0.baseAddress, Int32(CK_F16), Int64(patterns.count), result.start) }
        #expect(patterns.allSatisfy { same(result.start[Int($0)], Float(Float16(bitPattern: $0))) })
        patterns.withUnsafeBytes { ck_to_float(level, $0.baseAddress, Int32(CK_BF16), Int64(patterns.count), result.start) }
        #expect(patterns.allSatisfy { same(result.start[Int($0)], Float(bitPattern: UInt32($0) << 16)) })
    }

    private func same(_ a: Float, _ b: Float) -> Bool { a.isNaN ? b.isNaN : a == b && a.sign == b.sign }

    @Test("doubling a picture repeats every pixel and leaves a border of zeros")
    func doubling() {
        let source = numbers(2 * 2 * 3, seed: 1)
        let result = numbers(6 * 6 * 3, seed: 2)
        ck_pad_upsampled(reference.handle, source.start, 2, 2, 3, result.start)
        for y in 0..<6 {
            for x in 0..<6 {
                for c in 0..<3 {
                    let border = [0, 5].contains(x) || [0, 5].contains(y)
                    let expected = border ? 0 : source.start[((y - 1) / 2 * 2 + (x - 1) / 2) * 3 + c]
                    #expect(result.start[(y * 6 + x) * 3 + c] == expected)
                }
            }
        }
    }

    @Test("a pool does every chunk once, also when two callers share it")
    func pool() async {
        let pool = ComputePool(threads: 3)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for chunks in [1, 2, 3, 50, 0, 7] {
                        let marks = FloatBuffer(count: 64)
                        let context = UnsafeMutableRawPointer(marks.start)
                        for _ in 0..<200 {
                            ck_pool_run(
                                pool.handle, Int32(chunks),
                                { context, chunk in context?.assumingMemoryBound(to: Float.self)[Int(chunk)] += 1 }, context)
                        }
                        guard marks.array.enumerated().allSatisfy({ $1 == ($0 < chunks ? 200 : 0) }) else { return false }
                    }
                    return true
                }
            }
            for await correct in group { #expect(correct) }
        }
    }
}
