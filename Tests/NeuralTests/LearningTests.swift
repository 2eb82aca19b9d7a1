// Learning against PyTorch with `peft`: gradients and 50 steps, at every level of the kernels.
import CKernels
import Foundation
import Testing

@testable import Neural

@Suite("An adapter learns as it does in PyTorch")
struct LearningTests {
    @Test(
        "loss and gradients of texts of which only the ends count agree to 1e-4", arguments: AdapterFixture.all + AdapterFixture.llamas,
        LlamaParityTests.levels)
    func gradients(fixture: AdapterFixture, level: Int32) throws {
        let learner = try fixture.learner(level: level)
        let texts = try fixture.learntTexts()
        let targets = texts.reduce(0) { $0 + $1.targets }
        let loss = learner.learn(texts, share: 1 / Float(targets))
        let expected = Double(try fixture.expected("loss")[0])
        #expect(abs(loss / Double(targets) - expected) < 1e-4)
        #expect(relativeDifference(learner.gradients.array, try fixture.run("gradient", learner.parameters)) < 1e-4)
        #expect(abs(learner.loss(texts) - loss) < 1e-6)
    }

    @Test(
        "texts give the same gradients together and one by one, on any number of threads",
        arguments: [AdapterFixture.all[0]] + AdapterFixture.llamas)
    func together(fixture: AdapterFixture) throws {
        let texts = try fixture.texts()
        let (all, each) = (try fixture.learner(), try fixture.learner())
        _ = all.learn(texts, share: 0.1)
        for text in texts { _ = each.learn([text], share: 0.1) }
        #expect(relativeDifference(all.gradients.array, each.gradients.array) < 1e-5)
        let alone = try fixture.learner(threads: 1)
        _ = alone.learn(texts, share: 0.1)
        #expect(alone.gradients.array == all.gradients.array)
    }

    @Test(
        "50 steps of AdamW with warm-up, cosine, accumulation and clipping give the same losses within 1 %", arguments: AdapterFixture.all)
    func curve(fixture: AdapterFixture) throws {
        let learner = try fixture.learner(threads: 1)
        let texts = try fixture.texts()
        let expected = try fixture.expected("losses")
        let optimiser = AdamW(count: learner.gradients.count, weightDecay: 0.01)
        let rate = LearningRate(highest: 4e-3, warmUp: 5, steps: expected.count)
        for step in expected.indices {
            let chosen = (0..<4).map { texts[(4 * step + $0) % texts.count] }
            let targets = chosen.reduce(0) { $0 + $1.targets }
            learner.forgetGradients()
            var loss = 0.0
            for part in [chosen.prefix(2), chosen.suffix(2)] { loss += learner.learn(Array(part), share: 1 / Float(targets)) }
            GradientNorm.clip(learner.gradients, to: 1)
            optimiser.apply(learner.gradients, to: learner.parameters.values, rate: rate.rate(at: step), step: step + 1)
            learner.refresh()
            let theirs = Double(expected[step])
            #expect(abs(loss / Double(targets) - theirs) < 0.01 * theirs)
        }
        #expect(relativeDifference(learner.parameters.values.array, try fixture.run("learnt", learner.parameters)) < 0.01)
    }
}

@Suite("Learning's kernels agree with the reference at sizes that leave remainders")
struct LearningKernelTests {
    static let levels = Array(Int32(CK_VECTOR)...ck_best_level())
    let reference = ComputePool(threads: 1, level: Int32(CK_REFERENCE))

    private func numbers(_ count: Int, seed: Int, spread: Float = 1) -> FloatBuffer {
        let buffer = FloatBuffer(count: count)
        for i in 0..<count { buffer.start[i] = Float(SeededChance.uniform(seed: UInt64(seed), stream: 1, step: i) * 2 - 1) * spread }
        return buffer
    }

    @Test("GELU and its slope, and the way back through layer norm", arguments: levels)
    func elementwise(level: Int32) {
        func results(_ pool: ComputePool) -> [[Float]] {
            let x = numbers(3 * 77, seed: 1, spread: 6)
            let (there, back, normBack) = (FloatBuffer(count: 3 * 77), numbers(3 * 77, seed: 2), numbers(3 * 77, seed: 3))
            let (gain, dy) = (numbers(77, seed: 4), numbers(3 * 77, seed: 5))
            ck_tanh_gelu(pool.handle, x.start, 3 * 77, there.start)
            ck_tanh_gelu_back(pool.handle, x.start, 3 * 77, back.start)
            ck_layer_norm_back(pool.handle, x.start, gain.start, dy.start, 3, 77, normBack.start)
            withExtendedLifetime((x, gain, dy)) {}
            return [there.array, back.array, normBack.array]
        }
        for (fast, plain) in zip(results(ComputePool(threads: 2, level: level)), results(reference)) {
            #expect(relativeDifference(fast, plain) < 2e-6)
        }
    }

    @Test("SwiGLU and RMS norm on the way back", arguments: levels)
    func gated(level: Int32) {
        func results(_ pool: ComputePool) -> [[Float]] {
            let (x, dy, dx) = (numbers(3 * 2 * 77, seed: 11, spread: 6), numbers(3 * 77, seed: 12), numbers(3 * 2 * 77, seed: 13))
            ck_silu_gate_back(pool.handle, x.start, dy.start, 3, 77, dx.start)
            let (gain, normBack) = (numbers(77, seed: 14), numbers(3 * 2 * 77, seed: 15))
            // Every other run of 77, as heads lie in a row.
            var norm = ck_rms_norm_back_rows(
                x: x.start, dy: dx.start, dx: normBack.start, stride: 2 * 77, rows: 3, n: 77, gain: gain.start, epsilon: 1e-5)
            ck_rms_norm_back(pool.handle, &norm)
            withExtendedLifetime((x, dy, gain)) {}
            return [dx.array, normBack.array]
        }
        for (fast, plain) in zip(results(ComputePool(threads: 2, level: level)), results(reference)) {
            #expect(relativeDifference(fast, plain) < 2e-6)
        }
    }

    @Test(
        "attention over texts one after the other, there and back, with heads of keys that are shared and a window",
        arguments: levels, [4, 16, 50, 72])
    func attention(level: Int32, size: Int) {
        for (keyHeads, window) in [(4, 0), (2, 0), (1, 7), (4, 1)] { attention(level, size, keyHeads: keyHeads, window: window) }
    }

    private func attention(_ level: Int32, _ size: Int, keyHeads: Int, window: Int) {
        let starts: [Int64] = [0, 1, 20, 57]
        let (heads, rows) = (4, 57)
        func results(_ pool: ComputePool) -> [[Float]] {
            let (wide, resultBack) = (numbers(rows * (heads + 2 * keyHeads) * size, seed: 6), numbers(rows * heads * size, seed: 7))
            let (result, wideBack) = (FloatBuffer(count: rows * heads * size), numbers(wide.count, seed: 8))
            starts.withUnsafeBufferPointer { starts in
                var attention = ck_train_attention(
                    wide: wide.start, starts: starts.baseAddress, texts: 3, heads: Int64(heads), kv_heads: Int64(keyHeads),
                    size: Int64(size), window: Int64(window), scratch: nil, result: result.start, result_back: resultBack.start,
                    wide_back: wideBack.start)
                let scratch = FloatBuffer(count: Int(ck_train_attention_scratch(&attention)))
                attention.scratch = scratch.start
                ck_train_attention_run(pool.handle, &attention)
                ck_train_attention_back(pool.handle, &attention)
                withExtendedLifetime((wide, resultBack, scratch)) {}
            }
            return [result.array, wideBack.array]
        }
        for (fast, plain) in zip(results(ComputePool(threads: 2, level: level)), results(reference)) {
            #expect(relativeDifference(fast, plain) < 1e-5)
        }
    }
}
