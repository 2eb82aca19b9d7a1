import GRDB

extension StorageError {
    /// Only SQLite's message and the names in it: `error.description` could show statements, and statements values.
    init(_ error: DatabaseError, file: String?) {
        let text = error.message ?? "error \(error.resultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_FULL:
            self.init(
                .diskFull, place: file, "the disk is full; nothing of this write was kept",
                advice: "Make room on the disk; Troupe goes on by itself.")
        case .SQLITE_CORRUPT:
            self.init(
                .corrupt, place: file, "the file is damaged (\(text))",
                advice: "Stop Troupe, keep a copy, and restore a backup or try: sqlite3 FILE .recover")
        case .SQLITE_NOTADB:
            self.init(
                .notADatabase, place: file, "the file is no SQLite database", advice: "Choose another file, or move this one away.")
        case .SQLITE_CANTOPEN:
            self.init(
                .cannotOpen, place: file, "the file cannot be opened or made (\(text))",
                advice: "See that its folder exists and that this user may write there.")
        case .SQLITE_READONLY, .SQLITE_PERM:
            self.init(
                .readOnly, place: file, "the file cannot be written (\(text))",
                advice: "Give this user the right to write the file and its folder.")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(
                .busy, place: file, "another process is writing and did not finish in time",
                advice: "See which other programs have the file open.")
        case .SQLITE_IOERR: self.init(.inputOutput, place: file, "the disk reports an error (\(text))", advice: "Check the disk.")
        case .SQLITE_CONSTRAINT: self.init(.constraint, place: file, text)
        case .SQLITE_MISUSE: self.init(.closed, place: file, "the database is closed")
        default: self.init(.sql, place: file, text)
        }
    }
}
