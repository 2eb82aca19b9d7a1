import Foundation
import Inference
import Neural
import PocketModels

/// The model that sees which ships with Troupe: a Flamingo of three million parameters for the pictures of the pocket painter's world.
public enum PocketFlamingo {
    /// - Parameters:
    ///   - name: what users see and pick.
    ///   - threads: that one answer may use; nil is one for each processor.
    public static func model(
        name: String = "pocket-flamingo", threads: Int? = nil, seeds: @escaping @Sendable () -> UInt64
    ) -> FlamingoVisionModel {
        // It knows one good answer, so the likeliest words; several values in a row take more of them than the usual twenty.
        var usual = FlamingoOptions()
        (usual.beams, usual.maxTokens) = (1, 64)
        return FlamingoVisionModel(
            card: VisionModelCard(
                name: name, summary: "Ships with Troupe: sees plain shapes in colours and nothing else",
                maximumExamples: examples, expectedSeconds: 0.5),
            folder: PocketCheckpoint.flamingo.path(percentEncoded: false), defaults: usual, threads: threads, seeds: seeds)
    }

    /// As many as it was trained with.
    private static let examples = 8
}
