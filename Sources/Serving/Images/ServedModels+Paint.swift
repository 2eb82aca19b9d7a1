import Foundation
import HTTPTypes
import Hummingbird
import Inference
import NIOCore

/// `/v1/images/generations`.
extension ServedModels {
    func paint(_ request: Request) async throws -> Response {
        var request = request
        let form = try await form(&request, as: PaintForm.self)
        guard let name = form.model, let model = images[name] else {
            throw ServingError.unknownModel(form.model, known: images.cards.map(\.name))
        }
        let asked = try form.request(card: model.card, luckySeed: randomness() >> 32)
        let seat = try seats.take()
        let result = try await request.body.consumeWithCancellationOnInboundClose { _ in
            try await model.generate(asked) { _ in }
        }
        withExtendedLifetime(seat) {}
        let pictures = result.images.map { Answer.Picture(b64_json: Data($0).base64EncodedString()) }
        var response = Wire.response(Answer(created: now, data: pictures))
        response.headers[.connection] = "close"
        return response
    }

    private struct Answer: Encodable {
        struct Picture: Encodable { var b64_json: String }
        var created: Int64
        var data: [Picture]
    }
}

/// The body of `POST /v1/images/generations`, with the wishes that other servers take beside OpenAI's.
struct PaintForm: Decodable, Sendable {
    var model: String?
    var prompt: String
    var n: Int?
    var size: String?
    var response_format: String?
    var negative_prompt: String?
    var steps: Int?
    var guidance_scale: Double?
    var seed: Int64?

    /// What is asked of the model.
    func request(card: ImageModelCard, luckySeed: UInt64) throws(ServingError) -> ImageRequest {
        guard !prompt.isEmpty, prompt.utf8.count <= 32_000 else {
            throw .invalid("'prompt' must have 1 to 32000 bytes", "prompt")
        }
        let count = n ?? 1
        guard (1...card.maximumCount).contains(count) else {
            throw .invalid("\(card.name) paints 1 to \(card.maximumCount) pictures at a time", "n")
        }
        guard response_format ?? "b64_json" == "b64_json" else {
            throw .invalid("pictures come as b64_json only; send response_format b64_json", "response_format", code: "unsupported_value")
        }
        let seed = seed.flatMap { $0 < 0 ? nil : UInt64($0) } ?? luckySeed
        var request = ImageRequest(prompt: prompt, count: count, seed: seed)
        if let size, size != "auto" {
            guard let wished = ImageSize(size), card.abilities.sizes.contains(wished) else {
                let known = card.abilities.sizes.map(\.description)
                throw .invalid(
                    known.isEmpty
                        ? "\(card.name) paints its own size only; leave size out" : "\(card.name) paints \(known.joined(separator: ", "))",
                    "size")
            }
            request.size = wished
        }
        if let negative_prompt, !negative_prompt.isEmpty {
            guard card.abilities.negativePrompt else { throw unsupported("negative_prompt", card) }
            request.negativePrompt = String(negative_prompt.prefix(32_000))
        }
        if let steps {
            guard card.abilities.steps?.contains(steps) == true else {
                throw unsupported("steps", card, card.abilities.steps.map { "\($0)" })
            }
            request.steps = steps
        }
        if let guidance_scale {
            guard card.abilities.guidance?.contains(guidance_scale) == true else {
                throw unsupported("guidance_scale", card, card.abilities.guidance.map { "\($0)" })
            }
            request.guidance = guidance_scale
        }
        return request
    }

    private func unsupported(_ key: String, _ card: ImageModelCard, _ range: String? = nil) -> ServingError {
        .invalid("\(card.name) \(range.map { "takes \(key) of \($0)" } ?? "does not take \(key)")", key, code: "unsupported_value")
    }
}
