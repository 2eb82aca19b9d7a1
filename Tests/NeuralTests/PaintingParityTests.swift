// Neural against the public PyTorch implementation, on small random checkpoints: same states, same logits, same tokens,
// same pixels.
import Testing

@testable import Neural

@Suite("A painter computes what the published PyTorch code computes")
struct PaintingParityTests {
    @Test("the encoder's states agree to 1e-4", arguments: PainterFixture.all)
    func encoderStates(fixture: PainterFixture) throws {
        let model = try fixture.load()
        let prompts = try model.textTokens(fixture.expected().prompt)
        #expect(try prompts[1] == fixture.expected().text_tokens)
        let states = model.encoder.encode(prompts, pool: model.pool).array
        let (shape, expected) = try fixture.expected("encoder_state")
        let (length, width) = (shape[1], shape[2])
        let valid = expected[..<(2 * width)] + expected[(length * width)..<((length + prompts[1].count) * width)]
        #expect(relativeDifference(states, valid) < 1e-4)
    }

    @Test("the logits of every step agree to 1e-4 and the likeliest tokens are the same", arguments: PainterFixture.all)
    func greedyPainting(fixture: PainterFixture) throws {
        let model = try fixture.load()
        let expected = try fixture.expected()
        let (_, logits) = try fixture.expected("greedy_logits")
        var settings = model.recommendedSettings
        #expect(settings.conditionScale == expected.scale)
        settings.topK = 1
        let guided = try walk(model, expected.prompt, settings: settings, sequences: [expected.greedy_tokens])
        #expect(relativeDifference(guided, logits) < 1e-4)
        let pictures = try model.generate(prompt: expected.prompt, count: 1, seed: 0, settings: settings)
        #expect(pictures.map(\.tokens) == [expected.greedy_tokens])
    }

    @Test("pictures decoded side by side do not mix", arguments: PainterFixture.all)
    func batchedLogits(fixture: PainterFixture) throws {
        let model = try fixture.load()
        let expected = try fixture.expected()
        let (_, logits) = try fixture.expected("forced_logits")
        let guided = try walk(model, expected.prompt, settings: model.recommendedSettings, sequences: expected.forced_tokens)
        #expect(relativeDifference(guided, logits) < 1e-4)
    }

    @Test("with its decoder in 8 bits the logits stay near", arguments: PainterFixture.all)
    func eightBits(fixture: PainterFixture) throws {
        let model = try fixture.load(precision: .eightBits)
        let expected = try fixture.expected()
        let (_, logits) = try fixture.expected("forced_logits")
        let guided = try walk(model, expected.prompt, settings: model.recommendedSettings, sequences: expected.forced_tokens)
        #expect((1e-4..<0.05).contains(relativeDifference(guided, logits)))
    }

    @Test("pixels agree to 1/255", arguments: PainterFixture.all)
    func pixels(fixture: PainterFixture) throws {
        let model = try fixture.load()
        let (shape, expected) = try fixture.expected("pixels")
        let canvas = VQGANCanvas(model.configuration.vqgan, pool: model.pool)
        let size = shape[1] * shape[2] * 3
        for (index, tokens) in try fixture.expected().forced_tokens.enumerated() {
            model.vqgan.decode(tokens, canvas: canvas)
            let difference = zip(canvas.picture.array[..<size], expected[(index * size)...]).map { abs($0 - $1) }.max() ?? 1
            #expect(difference < 1 / 255)
            #expect(difference < 1e-4)
        }
    }

    /// Guided logits [step][picture][code] while prescribed tokens are fed.
    private func walk(
        _ model: DalleMini, _ prompt: String, settings: DalleMini.Settings, sequences: [[Int32]]
    ) throws -> [Float] {
        let count = sequences.count
        let sampler = ImageTokenSampler(seed: 0, settings: settings, codes: model.decoder.codes)
        let state = model.begin(prompt, pictures: count)
        let guided = FloatBuffer(count: model.decoder.codes)
        var result: [Float] = []
        for step in 0..<model.configuration.imageLength {
            let tokens = sequences.map { step == 0 ? Int32(model.configuration.startToken) : $0[step - 1] }
            model.decoder.step(tokens + tokens, position: step, state: state, pool: model.pool)
            for picture in 0..<count {
                sampler.guide(state.logits.start, picture: picture, pictures: count, into: guided.start)
                result += guided.array
            }
        }
        return result
    }
}
