import Inference
import Support

/// A place in a workflow that each request fills.
enum ComfySlot: String, Sendable, Hashable, CaseIterable {
    case prompt, negative, seed, width, height, steps, guidance, strength, image
    /// Of one batch. Without it each picture is a run of its own, with its own seed.
    case count

    /// What a request puts there; nil leaves it as the workflow has it.
    ///
    /// - Parameters:
    ///   - count: pictures of this run.
    ///   - image: the name under which the server has the initial picture.
    func value(_ request: ImageRequest, count: Int, seed: UInt64, image: String?) -> JSONValue? {
        switch self {
        case .prompt: .string(request.prompt)
        case .negative: request.negativePrompt.map { .string($0) }
        case .seed: .integer(Int64(truncatingIfNeeded: seed & UInt64(Int64.max)))
        case .width: request.size.map { .integer(Int64($0.width)) }
        case .height: request.size.map { .integer(Int64($0.height)) }
        case .steps: request.steps.map { .integer(Int64($0)) }
        case .guidance: request.guidance.map { .number($0) }
        case .strength: request.initialImage.map { .number($0.strength) }
        case .image: image.map { .string($0) }
        case .count: .integer(Int64(count))
        }
    }

    /// Where neither the request nor the workflow says anything.
    var fallback: JSONValue {
        switch self {
        case .prompt, .negative, .image: ""
        case .seed, .count: 1
        case .width, .height: 1024
        case .steps: 20
        case .guidance: 7.0
        case .strength: 0.6
        }
    }
}
