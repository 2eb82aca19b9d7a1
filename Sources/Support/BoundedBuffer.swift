/// Bytes collected up to a bound, for bodies that come from outside.
public struct BoundedBuffer: Sendable {
    /// What was too large, in words for an error message.
    public struct Overflow: Error, Hashable, CustomStringConvertible {
        public let what: String
        public let limit: Int
        public var description: String { "\(what) is larger than \(limit) bytes" }
    }

    public let what: String
    public let limit: Int
    public private(set) var bytes: [UInt8] = []

    public init(_ what: String, limit: Int) {
        self.what = what
        self.limit = limit
    }

    public mutating func append(contentsOf more: some Collection<UInt8>) throws(Overflow) {
        guard bytes.count + more.count <= limit else { throw Overflow(what: what, limit: limit) }
        bytes.append(contentsOf: more)
    }
}
