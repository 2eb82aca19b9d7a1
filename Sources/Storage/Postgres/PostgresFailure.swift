import CPostgres

/// What a server or libpq reported, before it is put into words for people.
struct PostgresFailure: Error, Hashable {
    enum Kind: Hashable {
        /// A statement failed; the connection lives.
        case statement
        /// No connection could be made.
        case connect
        /// The connection broke, or the server fell silent.
        case lost
    }

    var kind: Kind
    /// Five characters; empty if the server said nothing. Source: https://www.postgresql.org/docs/current/errcodes-appendix.html
    var state = ""
    /// The first line only, and only where it cannot hold a value of a row.
    var message: String
    /// Seconds have already been spent waiting; trying again would double them.
    var timedOut = false

    /// Of a result. The server's DETAIL is never read: it quotes rows.
    init(result: OpaquePointer) {
        kind = .statement
        state = Self.field(result, "C") ?? ""
        message = Self.isSafe(state) ? Self.field(result, "M") ?? "an error without words" : "a value does not fit (\(state))"
        if state == "0A000", Self.field(result, "R") == "RevalidateCachedQuery" { state = Self.stalePlan }
    }

    init(_ kind: Kind, _ message: String, state: String = "", timedOut: Bool = false) {
        (self.kind, self.message, self.state, self.timedOut) = (kind, message, state, timedOut)
    }

    /// Of a connection that is not made: libpq was told to be verbose, so that the line reads `…: FATAL:  28P01: words`.
    init(connecting text: String) {
        let line = text.split(separator: "\n").first { !$0.isEmpty }.map(String.init) ?? "no reason given"
        if let found = line.firstMatch(of: /[A-Z]+: +([0-9A-Z]{5}): (.*)/) {
            self.init(.connect, String(found.2), state: String(found.1))
        } else {
            // libpq's own words, which it translates for nobody here.
            self.init(.connect, line, state: line.contains("no password supplied") ? "28P01" : "")
        }
    }

    /// Our own code for a prepared statement that a change of the tables has made invalid.
    static let stalePlan = "TROUP"

    /// Messages of these classes name tables, columns, rules, users and hosts, but quote no values.
    private static func isSafe(_ state: String) -> Bool {
        ["08", "0A", "23", "25", "26", "28", "3D", "3F", "40", "42", "53", "54", "55", "57", "58", "F0", "XX"].contains(state.prefix(2))
    }

    private static func field(_ result: OpaquePointer, _ letter: Unicode.Scalar) -> String? {
        PQresultErrorField(result, Int32(letter.value)).map { String(cString: $0) }
    }
}

extension StorageError {
    init(_ failure: PostgresFailure, at place: String) {
        let text = failure.message
        func error(_ code: Code, _ message: String, _ advice: String = "") -> StorageError {
            StorageError(code, place: place, message, advice: advice)
        }
        switch (failure.state, failure.state.prefix(2)) {
        case ("28P01", _), ("28000", _):
            self = error(.accessDenied, "the server refuses the login (\(text))", "Check user and password in TROUPE_DATABASE.")
        case ("3D000", _):
            self = error(.noSuchDatabase, text, "Make it: createdb NAME, or name another one in TROUPE_DATABASE.")
        case ("42501", _):
            self = error(.accessDenied, text, "Let this user own the database's tables: ALTER DATABASE … OWNER TO …")
        case ("53100", _):
            self = error(.diskFull, "the server's disk is full; nothing of this write was kept", "Make room; Troupe goes on by itself.")
        case ("53300", _):
            self = error(.busy, "the server has no connection left (\(text))", "Lower pool= in TROUPE_DATABASE or raise max_connections.")
        case ("25006", _):
            self = error(
                .readOnly, "the server cannot be written (\(text))",
                "It is a standby or set read-only: name the primary, or all hosts with target_session_attrs=read-write.")
        case ("57014", _):
            self = error(
                .tooSlow, "a statement took too long and was stopped", "See what the server does; statement_timeout= raises the limit.")
        case ("55P03", _): self = error(.busy, "somebody holds a lock and did not let go in time", "See pg_stat_activity.")
        case ("40001", _), ("40P01", _):
            self = error(.conflict, "others wrote the same rows again and again (\(text)); nothing was written")
        case ("XX001", _), ("XX002", _):
            self = error(.corrupt, "the server reports damage (\(text))", "Stop Troupe, keep a copy, and restore a backup.")
        case ("42804", _), (_, "23"), (_, "22"): self = error(.constraint, text)
        default:
            switch failure.kind {
            case .statement: self = error(.sql, text)
            case .connect:
                self = error(.serverAway, "the server does not answer (\(text))", "See that it runs and that host and port are right.")
            case .lost:
                self = error(
                    .serverAway, "the connection was lost (\(text)); nothing of this was kept",
                    "See that the server runs; Troupe connects again.")
            }
        }
    }
}
