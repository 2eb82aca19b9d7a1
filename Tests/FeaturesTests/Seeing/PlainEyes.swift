import Inference
import Pictures
import Support
import Synchronization

@testable import Features

/// A model that sees little: which colour fills the middle of a picture. Says it in the form of the last example: the answer with
/// that picture's colour exchanged for this one's.
final class PlainEyes: VisionModel {
    struct Behaviour: Sendable {
        var error: ModelError?
        /// Begins only when this has happened.
        var gate: Gate?
        /// Said instead of a colour.
        var answer: String?
    }

    let card: VisionModelCard
    private let behaviour: Behaviour
    private let asked = Mutex<[VisionRequest]>([])

    init(name: String = "eyes", _ behaviour: Behaviour = Behaviour(), follows: Set<VisionOption> = Set(VisionOption.allCases)) {
        card = VisionModelCard(name: name, summary: "Colours", follows: follows, expectedSeconds: 1)
        self.behaviour = behaviour
    }

    /// What it was asked so far.
    var requests: [VisionRequest] { asked.withLock { $0 } }

    func answer(_ request: VisionRequest) -> AsyncThrowingStream<TextEvent, any Error> {
        asked.withLock { $0.append(request) }
        return AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    if let gate = self.behaviour.gate { try await gate.pass() }
                    if let error = self.behaviour.error { throw error }
                    continuation.yield(.text(" \(try self.behaviour.answer ?? Self.say(request))\n"))
                    continuation.yield(
                        .finished(TextCompletion(finishReason: .stop, usage: TextUsage(promptTokens: 1, completionTokens: 1))))
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    private static func say(_ request: VisionRequest) throws -> String {
        let seen = try colour(request.image)
        guard let example = request.examples.last else { return seen }
        return example.answer.replacing(try colour(example.image), with: seen)
    }

    static let colours: [String: [UInt8]] = [
        "red": [205, 52, 44], "green": [46, 139, 74], "blue": [48, 92, 190], "yellow": [240, 190, 48], "grey": [238, 236, 230],
    ]

    /// The nearest of a few colours to the pixel in the middle.
    private static func colour(_ bytes: [UInt8]) throws -> String {
        let picture = try Picture(decoding: bytes)
        let pixel = picture[picture.width / 2, picture.height / 2]
        func distance(_ colour: [UInt8]) -> Int { zip(pixel, colour).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) } }
        return colours.min { distance($0.value) < distance($1.value) }?.key ?? "nothing"
    }

    /// A picture of one colour.
    static func picture(_ name: String, width: Int = 40, height: Int = 30) throws -> [UInt8] {
        let pixel = colours[name] ?? [0, 0, 0]
        return try Picture(width: width, height: height, pixels: Array(repeatElement(pixel, count: width * height).joined())).png()
    }
}
