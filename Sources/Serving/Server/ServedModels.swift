import Foundation
import HTTPTypes
import Hummingbird
import Inference
import Logging
import NIOCore
import Support

/// The models that are offered, and what every route needs beside them.
struct ServedModels: Sendable {
    let text: TextModelCatalog
    let images: ImageModelCatalog
    let clock: any WallClock
    let randomness: @Sendable () -> UInt64
    let seats: ServingSeats
    let bodyLimit: Int
    let logger: Logger

    /// - Parameter plainly: whether `GET /` answers too.
    func addRoutes(to router: Router<BasicRequestContext>, plainly: Bool) {
        if plainly { router.get { request, _ in try await self.answerPlainly(request) } }
        router.get("v1/models") { _, _ in Wire.response(ModelList(data: self.list)) }
        router.get("v1/models/:id") { _, context in
            let id = context.parameters.get("id")
            guard let entry = self.list.first(where: { $0.id == id }) else { throw ServingError.unknownModel(id, known: self.names) }
            return Wire.response(entry)
        }
        router.post("v1/chat/completions") { request, _ in try await self.answer(request, as: ChatForm.self) }
        router.post("v1/completions") { request, _ in try await self.answer(request, as: CompletionForm.self) }
        router.post("v1/images/generations") { request, _ in try await self.paint(request) }
    }

    private struct ModelList: Encodable {
        var object = "list"
        var data: [Entry]
    }

    /// An entry of `/v1/models`, with the keys that OpenRouter added and chat programs read.
    private struct Entry: Encodable {
        struct Architecture: Encodable {
            var input_modalities: [String]
            var output_modalities: [String]
        }

        var id: String
        var object = "model"
        var created = 0
        var owned_by = "troupe"
        var context_length: Int?
        var architecture: Architecture
    }

    private var names: [String] { list.map(\.id) }

    private var list: [Entry] {
        text.cards.map { card in
            Entry(
                id: card.name, context_length: card.contextTokens,
                architecture: .init(input_modalities: card.seesImages ? ["text", "image"] : ["text"], output_modalities: ["text"]))
        } + images.cards.map { Entry(id: $0.name, architecture: .init(input_modalities: ["text"], output_modalities: ["image"])) }
    }

    /// The body of a request as a form, bounded; what is wrong with it is told by the key, never by the value.
    func form<Form: Decodable>(_ request: inout Request, as type: Form.Type) async throws -> Form {
        let body: ByteBuffer
        do { body = try await request.collectBody(upTo: bodyLimit) } catch is NIOTooManyBytesError {
            throw ServingError(status: .contentTooLarge, message: "The body is larger than \(bodyLimit) bytes.")
        }
        do {
            return try JSONDecoder().decode(Form.self, from: Data(body.readableBytesView))
        } catch let error as DecodingError {
            throw error.told
        }
    }

    /// A name for an answer that nobody else has.
    func id(_ prefix: String) -> String { "\(prefix)-\(String(randomness(), radix: 36))\(String(randomness(), radix: 36))" }

    /// Seconds since 1970.
    var now: Int64 { clock.now().millisecondsSinceEpoch / 1_000 }
}

extension DecodingError {
    fileprivate var told: ServingError {
        func path(_ context: Context, _ last: (any CodingKey)? = nil) -> String {
            (context.codingPath + (last.map { [$0] } ?? [])).map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
                .replacingOccurrences(of: ".[", with: "[")
        }
        switch self {
        case .keyNotFound(let key, let context):
            let name = path(context, key)
            return .invalid("'\(name)' is missing", name)
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            let name = path(context)
            return name.isEmpty ? .invalid("the body is no JSON object") : .invalid("'\(name)' has a value of the wrong type", name)
        @unknown default: return .invalid("the body cannot be read")
        }
    }
}
