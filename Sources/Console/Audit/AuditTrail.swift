public import Support

/// Something that an operator or a server's owner did, as it is shown.
public struct AuditEntry: Sendable, Hashable {
    /// What it is about.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case logins, requests, credits, settings, tasks, tokens
    }

    /// Where it was said.
    public enum Place: String, Sendable, Hashable {
        case discord, console, terminal, api

        var title: String {
            switch self {
            case .discord: "Discord"
            case .api: "API"
            default: rawValue
            }
        }
    }

    /// Orders entries of the same moment, and names this one.
    public var key: String
    public var at: Timestamp
    public var place: Place
    /// Nil where only another version of Troupe knows it.
    public var kind: Kind?
    /// A Discord account; nil where that is not known, or no longer.
    public var who: UInt64?
    public var guild: UInt64?
    public var words: String

    public init(key: String, at: Timestamp, place: Place, kind: Kind?, who: UInt64?, guild: UInt64?, words: String) {
        self.key = key
        self.at = at
        self.place = place
        self.kind = kind
        self.who = who
        self.guild = guild
        self.words = words
    }
}

/// Which entries one wants to see.
public struct AuditQuestion: Sendable, Hashable {
    /// A place in the order: entries older than this one.
    public struct Position: Sendable, Hashable {
        public var at: Timestamp
        public var key: String

        public init(_ entry: AuditEntry) { (at, key) = (entry.at, entry.key) }

        /// Reads ``text``; nil for anything else.
        init?(_ text: String) {
            guard text.utf8.count <= 200, let end = text.firstIndex(of: "-"), let at = Int64(text[..<end]) else { return nil }
            self.at = Timestamp(millisecondsSinceEpoch: at)
            key = String(text[text.index(after: end)...])
        }

        var text: String { "\(at.millisecondsSinceEpoch)-\(key)" }
    }

    public static let page = 50

    /// Part of the words in any case, or exactly an id of a person or a server.
    public var search: String?
    public var kind: AuditEntry.Kind?
    public var before: Position?
    public var count: Int

    public init(search: String? = nil, kind: AuditEntry.Kind? = nil, before: Position? = nil, count: Int = page) {
        self.search = search
        self.kind = kind
        self.before = before
        self.count = count
    }
}

/// Who did what when: noted by the console, and remembered by the rooms whose tables were changed.
public protocol AuditTrail: Sendable {
    /// Notes what somebody is about to do at the console.
    ///
    /// - Parameters:
    ///   - who: nil for who came by a link.
    ///   - once: a name under which it is noted one time only.
    func note(_ kind: AuditEntry.Kind, _ words: String, by who: UInt64?, guild: UInt64?, once: String?, at now: Timestamp) async throws
    /// The newest first.
    func entries(_ question: AuditQuestion) async throws -> [AuditEntry]
}
