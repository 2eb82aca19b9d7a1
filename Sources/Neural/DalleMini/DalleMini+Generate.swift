// The walk from a prompt to pictures.
import CKernels

extension DalleMini {
    /// Pictures one call may paint: all of them are decoded side by side.
    public static let countLimit = 64

    /// Paints `count` pictures of `prompt`. Blocks the calling thread until done (seconds of full CPU): call it from a thread
    /// of your own, never from the cooperative pool.
    ///
    /// The same checkpoint, prompt, seed and settings give the same picture at the same index on the same processor,
    /// whatever `count` is, and picture i of a seed is picture 0 of `seed + i`.
    /// - Parameters:
    ///   - prompt: at most 20,000 bytes; only the first `textTokenLimit` tokens count. May be empty.
    ///   - count: 1 ... `countLimit`.
    ///   - settings: nil: those the checkpoint recommends.
    ///   - progress: called on this thread after every step.
    ///   - isCancelled: asked on this thread before every step, besides `Task.isCancelled`.
    /// - Throws: `PaintError`, or `CancellationError` within one step of being cancelled.
    public func generate(
        prompt: String, count: Int, seed: UInt64, settings: Settings? = nil,
        progress: (Progress) -> Void = { _ in }, isCancelled: () -> Bool = { false }
    ) throws -> [Picture] {
        let settings = settings ?? recommendedSettings
        try settings.check()
        guard prompt.utf8.count <= BytePairTokenizer.promptLimit else {
            throw PaintError.promptTooLong(limit: BytePairTokenizer.promptLimit)
        }
        guard (1...Self.countLimit).contains(count) else { throw PaintError.badCount(limit: Self.countLimit) }
        let total = configuration.imageLength + count
        func advance(to step: Int) throws {
            if step > 0 { progress(Progress(completed: step, total: total)) }
            if step < total, Task.isCancelled || isCancelled() { throw CancellationError() }
        }

        try advance(to: 0)
        let sampler = ImageTokenSampler(seed: seed, settings: settings, codes: decoder.codes)
        let state = begin(prompt, pictures: count)
        var sequences = [[Int32]](repeating: [], count: count)
        for step in 0..<configuration.imageLength {
            let previous = sequences.map { $0.last ?? Int32(configuration.startToken) }
            decoder.step(previous + previous, position: step, state: state, pool: pool)
            for picture in 0..<count {
                guard let token = sampler.next(logits: state.logits.start, picture: picture, pictures: count, step: step) else {
                    throw PaintError.notFinite(step: step)
                }
                sequences[picture].append(token)
            }
            try advance(to: step + 1)
        }

        let canvas = VQGANCanvas(configuration.vqgan, pool: pool)
        var pictures: [Picture] = []
        for tokens in sequences {
            vqgan.decode(tokens, canvas: canvas)
            pictures.append(picture(on: canvas, tokens: tokens))
            try advance(to: configuration.imageLength + pictures.count)
        }
        return pictures
    }

    /// The text tokens of the empty prompt and of the prompt.
    func textTokens(_ prompt: String) -> [[Int32]] {
        [[tokenizer.start, tokenizer.end], tokenizer.tokenize(prompt, limit: configuration.textLength)]
    }

    /// Reads both prompts and prepares the decoder for `pictures` pictures.
    func begin(_ prompt: String, pictures: Int) -> DalleBartDecoder.State {
        let prompts = textTokens(prompt)
        let encoded = encoder.encode(prompts, pool: pool)
        return DalleBartDecoder.State(decoder: decoder, pictures: pictures, encoded: encoded, lengths: prompts.map(\.count), pool: pool)
    }

    private func picture(on canvas: VQGANCanvas, tokens: [Int32]) -> Picture {
        let count = resolution * resolution * 3
        let rgb = [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
            ck_to_bytes(canvas.picture.start, Int64(count), bytes.baseAddress)
            filled = count
        }
        return Picture(width: resolution, height: resolution, rgb: rgb, tokens: tokens)
    }
}
