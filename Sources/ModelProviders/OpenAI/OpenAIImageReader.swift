import Foundation
import Inference
import NIOCore

/// Reads the answer to a request for pictures, as it comes: events with unfinished pictures, or one JSON object where the server
/// does not stream. Pure.
struct OpenAIImageReader: Sendable {
    /// What came in the end.
    struct Outcome: Sendable {
        var pictures: [[UInt8]] = []
        /// Where pictures are to be fetched.
        var links: [String] = []
    }

    /// Unfinished pictures that were asked for, for the fraction.
    private let partials: Int
    private var events: EventStreamReader
    private var whole: [UInt8] = []
    private var isStream: Bool?
    private var finished: [[UInt8]] = []

    /// - Parameter limit: of the answer, in bytes.
    init(partials: Int, limit: Int) {
        self.partials = partials
        events = EventStreamReader(limit: limit)
    }

    /// - Returns: how far the painting is, where these bytes tell it.
    mutating func feed(_ bytes: some Collection<UInt8>) throws -> [ImageProgress] {
        // An object begins with a brace, an event with a letter or a colon.
        if isStream == nil, let first = bytes.first(where: { $0 > 0x20 }) { isStream = first != UInt8(ascii: "{") }
        guard isStream ?? false else {
            whole.append(contentsOf: bytes)
            return []
        }
        return try events.feed(bytes).compactMap { try take($0) }
    }

    private mutating func take(_ event: EventStreamReader.Event) throws -> ImageProgress? {
        guard event.data != "[DONE]" else { return nil }
        guard let data = try? JSONDecoder().decode(OpenAIImageWire.Event.self, from: Data(event.data.utf8)) else {
            throw MalformedAnswer(what: "an event of its answer is no JSON")
        }
        if let error = data.error { throw ServerFailure(body: error) }
        guard let text = data.b64_json else { return nil }
        guard let picture = PictureData.bytes(text) else { throw MalformedAnswer(what: "a picture is no base64") }
        if data.isEnd {
            finished.append(picture)
            return nil
        }
        let part = Double((data.partial_image_index ?? 0) + 1) / Double(max(1, partials) + 1)
        return ImageProgress(fraction: min(part, 0.95), preview: picture)
    }

    /// The end of the answer.
    mutating func finish() throws -> Outcome {
        if isStream ?? false {
            if let last = try events.finish() { _ = try take(last) }
            guard !finished.isEmpty else { throw MalformedAnswer(what: "the stream ended without a picture") }
            return Outcome(pictures: finished)
        }
        let data = Data(whole)
        let answer = try? JSONDecoder().decode(OpenAIImageWire.Answer.self, from: data)
        // Servers answer with status 200 and an error now and then.
        if answer?.data.isEmpty ?? true, let failure = try? JSONDecoder().decode(Refusal.self, from: data) {
            throw ServerFailure(body: failure.error)
        }
        guard let answer else { throw MalformedAnswer(what: "it is no list of pictures") }
        var outcome = Outcome()
        for picture in answer.data {
            if let text = picture.b64_json ?? picture.url.flatMap({ $0.hasPrefix("data:") ? $0 : nil }) {
                guard let bytes = PictureData.bytes(text) else { throw MalformedAnswer(what: "a picture is no base64") }
                outcome.pictures.append(bytes)
            } else if let url = picture.url {
                outcome.links.append(url)
            }
        }
        return outcome
    }

    private struct Refusal: Decodable { var error: ServerFailure.Body }
}
