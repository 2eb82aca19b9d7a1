import Foundation
import Inference
import PocketModels

/// The chat model that ships with Troupe: a LLaMA of under three million parameters that knows its small world.
public enum PocketLlama {
    /// - Parameters:
    ///   - name: what users see and pick.
    ///   - defaults: what it writes with unless asked otherwise; it knows one good answer, so usually the likeliest words.
    public static func model(
        name: String = "pocket-llama", defaults: TextOptions = TextOptions(), threads: Int? = nil, seeds: @escaping @Sendable () -> UInt64
    ) -> NeuralTextModel {
        NeuralTextModel(
            name: name, summary: "Ships with Troupe: greetings, help, small sums, and what you told it",
            path: PocketCheckpoint.llama.path(percentEncoded: false), contextTokens: contextTokens,
            defaults: defaults.filled(from: TextOptions(maxTokens: 256, temperature: 0)), threads: threads, seeds: seeds)
    }

    /// As its config.json has it, known before it is read.
    private static let contextTokens = 1024
}
