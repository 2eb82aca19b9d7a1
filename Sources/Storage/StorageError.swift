/// What went wrong with the database: what, where, and what to do.
///
/// Never holds the values of a statement: they may be prompts.
public struct StorageError: Error, Hashable, CustomStringConvertible {
    public enum Code: String, Sendable, Hashable {
        case badLocation = "bad-location"
        case cannotOpen = "cannot-open"
        case notADatabase = "not-a-database"
        case corrupt
        case diskFull = "disk-full"
        case readOnly = "read-only"
        /// Another process held the lock for longer than the busy timeout.
        case busy
        case inputOutput = "input-output"
        /// The file was made by a newer program.
        case newerSchema = "newer-schema"
        /// The file's migrations are not this program's.
        case differentHistory = "different-history"
        /// A row the schema does not allow; nothing was written.
        case constraint
        /// A row did not hold what the program expects.
        case unexpectedValue = "unexpected-value"
        case closed
        case sql
    }

    public let code: Code
    /// The database's file, if it has one.
    public let file: String?
    public let message: String
    /// What the operator can do, as a sentence. May be empty.
    public let advice: String

    init(_ code: Code, file: String?, _ message: String, advice: String = "") {
        self.code = code
        self.file = file
        self.message = message
        self.advice = advice
    }

    public var description: String {
        let place = file.map { "database \($0): " } ?? "database: "
        return place + message + (advice.isEmpty ? "" : ". " + advice)
    }
}
