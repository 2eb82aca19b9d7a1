import Foundation
import Inference
import Support

/// What goes over the wire to OpenAI's images API and to servers that imitate it. Pure.
enum OpenAIImageWire {
    static func path(_ request: ImageRequest) -> String { request.initialImage == nil ? "/images/generations" : "/images/edits" }

    /// The fields of a request; a form's are the same as a body's.
    ///
    /// - Parameters:
    ///   - parameters: the operator's own, such as `quality`; what the request says is stronger.
    static func fields(
        _ request: ImageRequest, model: String, parameters: [String: JSONValue], dialect: OpenAIImageDialect
    ) -> [String: JSONValue] {
        var fields = parameters
        fields["model"] = .string(model)
        fields["prompt"] = .string(request.prompt)
        fields["n"] = .integer(Int64(request.count))
        if let size = request.size { fields["size"] = .string(size.description) }
        if dialect.choosesFormat { fields["response_format"] = "b64_json" }
        if dialect.streams, request.count == 1 {
            fields["stream"] = true
            fields["partial_images"] = fields["partial_images"] ?? 2
        }
        for key in dialect.omitted { fields[key] = nil }
        return fields
    }

    /// A form with the picture to start from, for `/images/edits`.
    static func form(_ fields: [String: JSONValue], image: [UInt8]) -> MultipartForm {
        var form = MultipartForm()
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
            guard let text = value.plainText else { continue }
            form.add(name, text)
        }
        form.add("image", filename: "image.png", type: "image/png", bytes: image)
        return form
    }

    /// An answer that came as a whole.
    struct Answer: Decodable, Sendable {
        struct Picture: Decodable, Sendable {
            var b64_json: String?
            /// Servers of the older kind leave the picture there for a while.
            var url: String?
        }

        var data: [Picture]
    }

    /// The data of one event of a streamed answer.
    struct Event: Decodable, Sendable {
        var type: String?
        var b64_json: String?
        var partial_image_index: Int?
        var error: ServerFailure.Body?

        /// `image_generation.completed` or `image_edit.completed`.
        var isEnd: Bool { type?.hasSuffix(".completed") ?? false }
    }
}

/// What one server understands: first by the model's name, then learnt from its refusals.
struct OpenAIImageDialect: Sendable, Hashable {
    /// GPT-image models always send base64 and refuse to be told so; all others are told, or would send links.
    private(set) var choosesFormat: Bool
    /// They also stream, with unfinished pictures on the way.
    private(set) var streams: Bool
    /// Keys that this server refuses and does without.
    private(set) var omitted: Set<String> = []

    init(model: String) {
        let name = model.split(separator: "/").last.map { $0.lowercased() } ?? ""
        streams = name.hasPrefix("gpt-image") || name.hasPrefix("chatgpt-image")
        choosesFormat = !streams
    }

    /// - Returns: whether the request can be asked differently now.
    mutating func learn(from failure: ServerFailure) -> Bool {
        if choosesFormat, failure.refusesKey("response_format") {
            choosesFormat = false
            return true
        }
        if streams, failure.refusesKey("stream") || failure.refusesKey("partial_images") {
            streams = false
            omitted.formUnion(["stream", "partial_images"])
            return true
        }
        let refused = ["n", "size"].filter { failure.refusesKey($0) && !omitted.contains($0) }
        omitted.formUnion(refused)
        return !refused.isEmpty
    }
}

extension JSONValue {
    /// As a field of a form; nil for what has members.
    fileprivate var plainText: String? {
        switch self {
        case .string(let text): text
        case .integer(let number): String(number)
        case .number(let number): String(number)
        case .bool(let flag): flag ? "true" : "false"
        case .null, .array, .object: nil
        }
    }
}
