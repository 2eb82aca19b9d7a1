public import Support

/// A server on which something was set.
public struct ServerLine: Sendable, Hashable {
    public var id: UInt64
    /// Nil where Discord was not, or could not be, asked.
    public var name: String?
    public var changedAt: Timestamp

    public init(id: UInt64, name: String?, changedAt: Timestamp) {
        (self.id, self.name, self.changedAt) = (id, name, changedAt)
    }
}

/// One form of a server's settings.
public struct ServerForm: Sendable, Hashable {
    public struct Field: Sendable, Hashable {
        public var name: String
        public var title: String
        public var value: String
        /// What may be picked; nil where one writes.
        public var choices: [String]?

        public init(name: String, title: String, value: String, choices: [String]?) {
            (self.name, self.title, self.value, self.choices) = (name, title, value, choices)
        }
    }

    public var name: String
    public var title: String
    public var fields: [Field]

    public init(name: String, title: String, fields: [Field]) { (self.name, self.title, self.fields) = (name, title, fields) }
}

/// The servers and what holds on them. What a setting means is not known here.
public protocol ServerDirectory: Sendable {
    /// Those on which something was set, the latest first.
    func servers(limit: Int) async throws -> [ServerLine]
    func name(of server: UInt64) async -> String?
    func forms(of server: UInt64) async throws -> [ServerForm]
    func facts(of server: UInt64) async throws -> [(name: String, value: String)]
    /// - Throws: a `UserFacingError` for what cannot be.
    /// - Returns: what was done, in a sentence.
    func change(_ form: String, of server: UInt64, to fields: [String: String]) async throws -> String
}
