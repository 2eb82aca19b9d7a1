// DALL·E mini: a prompt becomes text tokens, the encoder reads them, the decoder writes image tokens one by one, the VQGAN
// turns those into pixels. This file is the model as its users see it; `DalleMini+Generate.swift` is the walk above.
//
// Architecture as published by Boris Dayma et al. (dalle-mini); tensor names of the public PyTorch port min-dalle.

/// A loaded painter. Weights never change after `load`, so any number of threads may call `generate` at once; they share the
/// weights and the thread pool, each call has its own workspace.
public final class DalleMini: Sendable {
    let configuration: DalleMiniConfiguration
    let tokenizer: BytePairTokenizer
    let encoder: DalleBartEncoder
    let decoder: DalleBartDecoder
    let vqgan: VQGANDecoder
    let pool: ComputePool

    /// What the checkpoint recommends (generation_config.json), or the defaults of `Settings`.
    public let recommendedSettings: Settings

    /// Pixels a side of every picture.
    public var resolution: Int { configuration.vqgan.resolution }

    /// Threads that one call uses, the caller's included.
    public var threads: Int { pool.threads }

    /// Text tokens the model reads at most; what follows in a prompt has no effect.
    public var textTokenLimit: Int { configuration.textLength }

    /// Reads a checkpoint folder: `config.json`, `model.safetensors`, `vocab.json`, `merges.txt`, and optionally
    /// `generation_config.json`. Blocks while weights are read and arranged (memory: four bytes a parameter).
    /// - Parameters:
    ///   - threads: threads a call may use, its own included; nil: one for each active processor.
    ///   - precision: of the decoder, which is read whole for every token.
    public static func load(
        folder: String, threads: Int? = nil, precision: WeightPrecision = .stored
    ) throws(CheckpointError) -> DalleMini {
        try DalleMini(folder: CheckpointFolder(path: folder), pool: ComputePool(threads: threads), precision: precision)
    }

    init(folder: CheckpointFolder, pool: ComputePool, precision: WeightPrecision = .stored) throws(CheckpointError) {
        configuration = try DalleMiniConfiguration(SettingsFile(path: folder.configuration))
        recommendedSettings = try Settings(folder: folder)
        tokenizer = try BytePairTokenizer(
            vocabularyPath: folder.vocabulary, mergesPath: folder.merges, vocabularySize: configuration.textVocabulary)
        let tensors = TensorSource(file: try SafetensorsFile(path: folder.weights))
        encoder = try DalleBartEncoder(tensors.scoped("encoder"), configuration)
        var decoding = tensors.scoped("decoder")
        decoding.precision = precision
        decoder = try DalleBartDecoder(decoding, configuration)
        vqgan = try VQGANDecoder(tensors.scoped("vqgan"), configuration.vqgan)
        self.pool = pool
    }
}

extension DalleMini {
    /// How tokens are drawn.
    public struct Settings: Sendable, Equatable {
        /// Guidance: 1 follows the prompt as learned, more exaggerates it. logits = empty * (1 - scale) + prompt * scale.
        public var conditionScale: Float
        /// Only the k likeliest tokens can be drawn; 1 always takes the likeliest.
        public var topK: Int
        /// Above 1 flattens the likelihoods, below 1 sharpens them.
        public var temperature: Float

        public init(conditionScale: Float = 10, topK: Int = 256, temperature: Float = 1) {
            self.conditionScale = conditionScale
            self.topK = topK
            self.temperature = temperature
        }

        init(folder: CheckpointFolder) throws(CheckpointError) {
            self.init()
            guard let path = folder.generation else { return }
            let file = try SettingsFile(path: path)
            conditionScale = Float(try file.number("condition_scale", 0...100, default: Double(conditionScale)))
            topK = try file.int("top_k", 1...1_000_000, default: topK)
            temperature = Float(try file.number("temperature", 0.01...100, default: Double(temperature)))
        }

        func check() throws(PaintError) {
            guard conditionScale >= 0, conditionScale <= 100 else { throw .badSetting("the condition scale must be within 0 and 100") }
            guard topK >= 1 else { throw .badSetting("top-k must be at least 1") }
            guard temperature >= 0.01, temperature <= 100 else { throw .badSetting("the temperature must be within 0.01 and 100") }
        }
    }

    /// One finished picture.
    public struct Picture: Sendable, Equatable {
        /// Pixels.
        public let width: Int
        /// Pixels.
        public let height: Int
        /// Red, green, blue of every pixel, row by row from the top left: width * height * 3 bytes.
        public let rgb: [UInt8]
        /// The image tokens it was decoded from.
        public let tokens: [Int32]
    }

    /// How far a call has come.
    public struct Progress: Sendable, Equatable {
        /// Steps done: one for each token position, then one for each picture decoded to pixels.
        public let completed: Int
        public let total: Int

        /// 0 ... 1
        public var fraction: Double { Double(completed) / Double(total) }
    }
}
