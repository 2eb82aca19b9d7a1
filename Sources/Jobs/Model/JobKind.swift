/// Which worker does a job, and in which version its arguments are written: `generate`, or `generate@2`.
///
/// The version is part of the kind that is kept, so that a process that does not know it leaves the job for those that do.
public struct JobKind: Sendable, Hashable, CustomStringConvertible {
    /// The worker's `kind`.
    public let name: String
    /// From 1.
    public let version: Int

    public init(_ name: String, version: Int = 1) {
        self.name = name
        self.version = version
    }

    /// As it is kept. What names no version is of the first.
    public init(parsing text: String) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2, let version = Int(parts[1]), version > 1 {
            self.init(String(parts[0]), version: version)
        } else {
            self.init(text)
        }
    }

    public var description: String { version > 1 ? "\(name)@\(version)" : name }
}
