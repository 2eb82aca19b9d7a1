/// A base model that speaks in the manner of persons, each by an adapter that was learnt of them. The port which the workers see.
public protocol AdaptedModel: Sendable {
    /// What users and logs call it.
    var name: String { get }

    /// What an adapter must have been learnt on.
    ///
    /// - Throws: ``ModelError``.
    func base() async throws -> String

    /// Writes answers in one person's manner, one for each of the options. Requests that come together are written together.
    ///
    /// - Throws: ``ModelError``; `CancellationError`.
    func write(_ request: AdaptedRequest) async throws -> [String]
}

/// What to write in somebody's manner.
public struct AdaptedRequest: Sendable {
    /// An adapter as it is kept, in PEFT's format.
    public struct Files: Sendable {
        public var settings: [UInt8]
        public var weights: [UInt8]

        public init(settings: [UInt8], weights: [UInt8]) {
            self.settings = settings
            self.weights = weights
        }
    }

    /// Names the adapter; another name for whatever was learnt anew. Nil: the base itself learnt the manner.
    public var adapter: String?
    /// What is answered; nil: something is begun.
    public var message: String?
    public var options: [TextOptions]
    /// Gets the adapter, where it is not at hand; nil where there is none any more.
    public var files: @Sendable () async throws -> Files?

    public init(adapter: String?, message: String?, options: [TextOptions], files: @escaping @Sendable () async throws -> Files? = { nil })
    {
        self.adapter = adapter
        self.message = message
        self.options = options
        self.files = files
    }
}
