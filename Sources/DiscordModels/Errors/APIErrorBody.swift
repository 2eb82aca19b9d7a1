import Support

/// The body of a refused request. Source: https://discord.com/developers/docs/reference#error-messages
public struct APIErrorBody: Sendable, Hashable, Codable {
    /// One of https://discord.com/developers/docs/topics/opcodes-and-status-codes#json; 0 for none.
    public var code: Int
    public var message: String
    /// Nested by field; leaves are `_errors: [{code, message}]`.
    public var errors: JSONValue?

    public init(code: Int, message: String, errors: JSONValue? = nil) {
        self.code = code
        self.message = message
        self.errors = errors
    }

    /// One error of a field.
    public struct FieldError: Sendable, Hashable {
        /// As `embeds[0].title`.
        public var path: String
        public var code: String
        public var message: String
    }

    /// The nested ``errors`` as a list, sorted by path, at most 64.
    public var fieldErrors: [FieldError] {
        var found: [FieldError] = []
        func walk(_ value: JSONValue, path: String, depth: Int) {
            guard depth < 16, found.count < 64, case .object(let object) = value else { return }
            if case .array(let leaves)? = object["_errors"] {
                for case .object(let leaf) in leaves where found.count < 64 {
                    found.append(FieldError(path: path, code: leaf["code"]?.string ?? "", message: leaf["message"]?.string ?? ""))
                }
            }
            for (key, child) in object.sorted(by: { $0.key < $1.key }) where key != "_errors" {
                walk(child, path: Int(key) != nil ? "\(path)[\(key)]" : path.isEmpty ? key : "\(path).\(key)", depth: depth + 1)
            }
        }
        if let errors { walk(errors, path: "", depth: 0) }
        return found
    }
}

/// The body of a 429. Source: https://discord.com/developers/docs/topics/rate-limits
public struct RateLimitBody: Sendable, Hashable, Codable {
    public var message: String
    /// Seconds.
    public var retryAfter: Double
    public var isGlobal: Bool
    public var code: Int?

    public init(message: String, retryAfter: Double, isGlobal: Bool, code: Int? = nil) {
        self.message = message
        self.retryAfter = retryAfter
        self.isGlobal = isGlobal
        self.code = code
    }

    enum CodingKeys: String, CodingKey {
        case message, code
        case retryAfter = "retry_after"
        case isGlobal = "global"
    }
}
