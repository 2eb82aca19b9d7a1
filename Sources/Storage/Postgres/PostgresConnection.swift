import CPostgres
import Foundation
import Support

/// One connection, used by one thread at a time. Everything goes in flights: some commands and a sync are sent together, and
/// all their results awaited, so that BEGIN costs no round trip of its own.
///
/// Source: https://www.postgresql.org/docs/current/libpq-pipeline-mode.html
final class PostgresConnection {
    struct Timeouts {
        var connect: Duration = .seconds(10)
        var statement: Duration
        var lock: Duration
        /// What the network may take on top of a statement.
        var grace: Duration = .seconds(5)
    }

    /// After so many seconds without a sign of the other machine each side takes it for gone: we ask for another connection, and the
    /// server ends our transaction, so that nobody waits for locks of a process that the network has cut off. A slow server and a
    /// process that stands still give that sign all the same: their systems do.
    ///
    /// Sources: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-KEEPALIVES and
    /// https://www.postgresql.org/docs/current/runtime-config-connection.html#RUNTIME-CONFIG-TCP-SETTINGS
    private static let signs = (
        ours: [("keepalives_idle", "2"), ("keepalives_interval", "1"), ("keepalives_count", "3"), ("tcp_user_timeout", "5000")],
        theirs: [
            "SET tcp_keepalives_idle = 2", "SET tcp_keepalives_interval = 1", "SET tcp_keepalives_count = 3", "SET tcp_user_timeout = 5000",
        ]
    )

    enum Command {
        case plain(String)
        case prepare(name: String, sql: String, types: [UInt32])
        case execute(name: String, [SQLValue])
        /// Not prepared, with values.
        case once(String, [SQLValue])
    }

    let place: String
    let timeouts: Timeouts
    var statements = PostgresStatements()
    private let handle: OpaquePointer
    /// Nothing more can be done with it.
    private(set) var isDead = false
    /// Numbers that differ from connection to connection, for waiting times.
    private(set) var chance: UInt64
    /// Changes when the server has recovered from a crash, or is another one: when it may give transactions numbers that it
    /// had given before and lost.
    private(set) var incarnation = ""

    /// Tries the hosts of the address in turn.
    static func open(_ address: PostgresAddress, _ timeouts: Timeouts, settings: [String] = []) throws -> PostgresConnection {
        var failure: (any Error)?
        for keywords in address.hosts {
            do { return try PostgresConnection(keywords, address, timeouts, settings) } catch { failure = error }
        }
        throw failure ?? PostgresFailure(.connect, "no host")
    }

    private init(_ keywords: [(String, String)], _ address: PostgresAddress, _ timeouts: Timeouts, _ settings: [String]) throws {
        place = address.description
        self.timeouts = timeouts
        let fixed = [("client_encoding", "UTF8"), ("fallback_application_name", "troupe")]
        let usual = Self.signs.ours.filter { sign in !keywords.contains { $0.0 == sign.0 } }
        handle = try Self.start(keywords + fixed + usual)
        chance = UInt64(truncatingIfNeeded: PQbackendPID(handle)) | 1
        do {
            PQsetNoticeProcessor(handle, { _, _ in }, nil)
            try Self.finish(handle, timeouts.connect)
            try checkServer()
            PQsetErrorVerbosity(handle, PQERRORS_DEFAULT)
            guard PQsetnonblocking(handle, 1) == 0, PQenterPipelineMode(handle) == 1 else { throw lost() }
            chance = UInt64(truncatingIfNeeded: PQbackendPID(handle)) &* 0x9E37_79B9_7F4A_7C15 | 1
            let idle = max(timeouts.statement, timeouts.lock) + .seconds(30)
            let results = try fly(
                ([
                    "SET statement_timeout = \(timeouts.statement.milliseconds)", "SET lock_timeout = \(timeouts.lock.milliseconds)",
                    "SET idle_in_transaction_session_timeout = \(idle.milliseconds)",
                ] + Self.signs.theirs + settings + [Self.incarnationQuestion]).map { .plain($0) })
            if case .text(let text)? = try results.last?.value(0, 0, "incarnation") { incarnation = text }
        } catch {
            close()
            throw error
        }
    }

    /// What a crash makes the server forget, and only a crash or an administrator.
    /// Source: https://www.postgresql.org/docs/current/monitoring-stats.html
    private static let incarnationQuestion = "SELECT CAST(EXTRACT(EPOCH FROM stats_reset) AS text) FROM pg_stat_bgwriter"

    deinit { if !isDead { PQfinish(handle) } }

    // MARK: Connecting

    private static func start(_ keywords: [(String, String)]) throws -> OpaquePointer {
        let names = keywords.map { strdup($0.0) }, values = keywords.map { strdup($0.1) }
        defer { for text in names + values { free(text) } }
        let handle = (names.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer { names in
            (values.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer { values in
                PQconnectStartParams(names.baseAddress, values.baseAddress, 0)
            }
        }
        guard let handle else { throw PostgresFailure(.connect, "no memory for a connection") }
        PQsetErrorVerbosity(handle, PQERRORS_VERBOSE)
        return handle
    }

    private static func finish(_ handle: OpaquePointer, _ limit: Duration) throws {
        let deadline = ContinuousClock.now + limit
        var wanted = PGRES_POLLING_WRITING
        if PQstatus(handle) == CONNECTION_BAD { wanted = PGRES_POLLING_FAILED }
        while wanted != PGRES_POLLING_OK {
            guard wanted != PGRES_POLLING_FAILED else { throw PostgresFailure(connecting: String(cString: PQerrorMessage(handle))) }
            let events = Int16(wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT)
            guard wait(for: events, on: PQsocket(handle), until: deadline) != 0 else {
                throw PostgresFailure(.connect, "no answer in \(Int(limit.inSeconds)) s", timedOut: true)
            }
            wanted = PQconnectPoll(handle)
        }
    }

    private func checkServer() throws {
        let version = PQserverVersion(handle)
        guard version >= 140_000 else {
            throw StorageError(
                .unsuitableServer, place: place, "the server is PostgreSQL \(version / 10_000), Troupe needs 14 or newer",
                advice: "Update the server: pg_upgradecluster.")
        }
        let encoding = PQparameterStatus(handle, "server_encoding").map { String(cString: $0) } ?? ""
        guard encoding == "UTF8" else {
            throw StorageError(
                .unsuitableServer, place: place, "the database keeps text as \(encoding), Troupe needs UTF8",
                advice: "Make another database: createdb --encoding=UTF8 --template=template0 NAME")
        }
    }

    // MARK: A flight

    /// Sends the commands together and returns the result of each. Throws the first failure; those after it were not run.
    ///
    /// Gives up when the server says nothing for as long as a statement and the network may take, or for `limit`.
    func fly(_ commands: [Command], limit: Duration? = nil) throws -> [PostgresResult] {
        guard !isDead else { throw PostgresFailure(.lost, "it had been closed") }
        let deadline = ContinuousClock.now + (limit ?? timeouts.statement + timeouts.grace)
        for command in commands where !send(command) { throw lost() }
        guard PQpipelineSync(handle) == 1 else { throw lost() }
        try flush(until: deadline)
        var results: [PostgresResult] = []
        var failure: PostgresFailure?
        do {
            for command in commands {
                while let raw = try next(until: deadline) {
                    let result = PostgresResult(raw)
                    switch result.outcome {
                    case .done:
                        results.append(result)
                        if case .prepare(let name, _, _) = command { statements.confirm(name) }
                    case .passedOver: break
                    case .failed(let found): failure = failure ?? found
                    }
                }
            }
            // The sync itself.
            if let raw = try next(until: deadline) { PQclear(raw) }
        } catch { throw failure.map { lost($0) } ?? error }
        guard var failure else { return results }
        // A standby refuses already the way in which a transaction that writes begins.
        if failure.state == "0A000", PQparameterStatus(handle, "in_hot_standby").map({ String(cString: $0) }) == "on" {
            failure.state = "25006"
        }
        // 57P01 to 57P05: told to go.
        if failure.state.hasPrefix("57P0") || PQstatus(handle) == CONNECTION_BAD { throw lost(failure) }
        throw failure
    }

    var isInFailedTransaction: Bool { !isDead && PQtransactionStatus(handle) == PQTRANS_INERROR }

    func close() {
        if !isDead { PQfinish(handle) }
        isDead = true
    }

    /// A number in 0…1 for waiting times. Source: Marsaglia, "Xorshift RNGs", 2003.
    func jitter() -> Double {
        chance ^= chance << 13
        chance ^= chance >> 7
        chance ^= chance << 17
        return Double(chance >> 11) * 0x1p-53
    }

    private func send(_ command: Command) -> Bool {
        switch command {
        case .plain(let sql): PQsendQueryParams(handle, sql, 0, nil, nil, nil, nil, 1) == 1
        case .prepare(let name, let sql, let types): PQsendPrepare(handle, name, sql, Int32(types.count), types) == 1
        case .execute(let name, let values):
            PostgresArguments(values).withPointers { count, pointers, lengths, formats in
                PQsendQueryPrepared(handle, name, count, pointers, lengths, formats, 1) == 1
            }
        case .once(let sql, let values):
            PostgresArguments(values).withPointers { count, pointers, lengths, formats in
                PQsendQueryParams(handle, sql, count, values.map(\.postgresType), pointers, lengths, formats, 1) == 1
            }
        }
    }

    private func flush(until deadline: ContinuousClock.Instant) throws {
        while true {
            switch PQflush(handle) {
            case 0: return
            case 1:
                let ready = Self.wait(for: Int16(POLLIN | POLLOUT), on: PQsocket(handle), until: deadline)
                if ready == 0 { throw lost(timedOut: true) }
                if ready & Int16(POLLIN) != 0, PQconsumeInput(handle) != 1 { throw lost() }
            default: throw lost()
            }
        }
    }

    private func next(until deadline: ContinuousClock.Instant) throws -> OpaquePointer? {
        while PQisBusy(handle) == 1 {
            if Self.wait(for: Int16(POLLIN), on: PQsocket(handle), until: deadline) == 0 { throw lost(timedOut: true) }
            if PQconsumeInput(handle) != 1 { throw lost() }
        }
        return PQgetResult(handle)
    }

    private func lost(_ cause: PostgresFailure? = nil, timedOut: Bool = false) -> PostgresFailure {
        let words = isDead ? nil : String(cString: PQerrorMessage(handle)).split(separator: "\n").first.map(String.init)
        let message = timedOut ? "no answer in time" : cause?.message ?? words ?? "no reason given"
        close()
        return PostgresFailure(.lost, message, state: cause?.state ?? "", timedOut: timedOut)
    }

    /// Which events came; 0 when time is up.
    private static func wait(for events: Int16, on socket: Int32, until deadline: ContinuousClock.Instant) -> Int16 {
        while true {
            let left = (deadline - ContinuousClock.now).milliseconds
            if left <= 0 { return 0 }
            var file = pollfd(fd: socket, events: events, revents: 0)
            if poll(&file, 1, Int32(min(left + 1, 1_000_000))) > 0 { return file.revents }
        }
    }
}
