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
        /// Another process held a lock for longer than the busy timeout, or the server has no connection left.
        case busy
        /// The server cannot be reached, or went away and did not come back in time.
        case serverAway = "server-away"
        /// The server refuses this user, password or certificate.
        case accessDenied = "access-denied"
        /// The server has no database of that name.
        case noSuchDatabase = "no-such-database"
        /// The server is older than Troupe can use, or keeps text in something else than UTF-8.
        case unsuitableServer = "unsuitable-server"
        /// A statement took longer than it may.
        case tooSlow = "too-slow"
        /// Others wrote the same rows again and again; nothing was written.
        case conflict
        /// The connection was lost during COMMIT, and whether it went through could not be found out.
        case outcomeUnknown = "outcome-unknown"
        case inputOutput = "input-output"
        /// The tables were made by a newer program.
        case newerSchema = "newer-schema"
        /// The database's migrations are not this program's.
        case differentHistory = "different-history"
        /// A row the schema does not allow; nothing was written.
        case constraint
        /// Text with a NUL in it, or more than a statement can take.
        case unfitValue = "unfit-value"
        /// A row did not hold what the program expects.
        case unexpectedValue = "unexpected-value"
        /// What something is to be moved to is not empty; nothing was written.
        case notEmpty = "not-empty"
        /// What was copied is not what arrived; nothing was written.
        case copyDiffers = "copy-differs"
        case closed
        case sql
    }

    public let code: Code
    /// The database's file, or its address without the password. Nil for one in memory.
    public let place: String?
    public let message: String
    /// What the operator can do, as a sentence. May be empty.
    public let advice: String

    init(_ code: Code, place: String?, _ message: String, advice: String = "") {
        self.code = code
        self.place = place
        self.message = message
        self.advice = advice
    }

    public var description: String {
        let beginning = place.map { "database \($0): " } ?? "database: "
        return beginning + message + (advice.isEmpty ? "" : ". " + advice)
    }
}
