import Foundation
import PostgresTestServer
import Support
import Testing

@testable import Storage

@Suite("Faults between us and PostgreSQL", .timeLimit(.minutes(10)))
struct PostgresFaultTests {
    static func add(_ body: String) -> @Sendable (Transaction) throws -> Void {
        { try $0.execute("INSERT INTO notes (body) VALUES (?)", body) }
    }

    static func bodies(_ database: Database) async throws -> [String] {
        try await database.read { try $0.rows("SELECT body FROM notes ORDER BY id").map { try $0.get("body", as: String.self) } }
    }

    @Test("a connection that was ended while nobody used it is not noticed")
    func idle() async throws {
        let ground = try TestDatabase(.postgres)
        let database = try ground.open([notes])
        for number in 0..<5 {
            try await database.write(Self.add("\(number)"))
            try ground.terminateConnections()
            #expect(try await Self.bodies(database).count == number + 1)
            try ground.terminateConnections()
        }
    }

    @Test("a connection that is ended in the middle of a transaction: it is run again, and done once")
    func terminated() async throws {
        let ground = try TestDatabase(.postgres)
        let database = try ground.open([notes])
        let runs = Count()
        try await database.write { tx in
            let run = runs.next()
            try tx.execute("INSERT INTO notes (body) VALUES ('first')")
            if run == 1 { try ground.terminateConnections() }
            try tx.execute("INSERT INTO notes (body) VALUES ('second')")
        }
        #expect(runs.value == 2)
        #expect(try await Self.bodies(database) == ["first", "second"])
    }

    @Test("a connection lost before the server heard COMMIT: run again, done once", arguments: 0..<3)
    func lostBefore(_ round: Int) async throws { try await lost(.before, runs: 2) }

    @Test("a connection lost after the server heard COMMIT: found to be done, not run again", arguments: 0..<3)
    func lostAfter(_ round: Int) async throws { try await lost(.after, runs: 1) }

    private func lost(_ cut: CuttingProxy.Cut, runs expected: Int) async throws {
        let ground = try TestDatabase(.postgres)
        let proxy = try CuttingProxy(try PostgresTestServer.shared())
        defer { proxy.close() }
        let address = "postgres://troupe@/\(ground.name)?host=\(proxy.folder.url.path)&pool=2"
        let database = try Database(DatabaseLocation(parsing: address), schemas: [notes], at: hour)
        let runs = Count()
        proxy.cutOnce(at: "COMMIT", cut)
        let id = try await database.write { tx in
            runs.next()
            return try tx.value(Int64.self, sql: "INSERT INTO notes (body) VALUES ('kept') RETURNING id")
        }
        #expect(proxy.count == 1 && runs.value == expected)
        let rows = try await database.read { try $0.rows("SELECT id, body FROM notes") }
        #expect(rows.count == 1)
        #expect(try rows.first?.get("id", as: Int64?.self) == id)
    }

    @Test("a server that is restarted under many writers: what was confirmed is there, once", arguments: PostgresTestServer.Stop.allCases)
    func restarted(_ stop: PostgresTestServer.Stop) async throws {
        // The server itself crashes here: what it has confirmed must be with the system.
        let server = try await PostgresTestServer.own(settings: ["synchronous_commit=on"])
        let ground = try TestDatabase(.postgres, on: server)
        let database = try ground.open([notes], options: .init(busyTimeout: .seconds(30)))
        let stopped = Count()
        let confirmed = try await withThrowingTaskGroup(of: [String].self) { group in
            for writer in 0..<6 {
                group.addTask {
                    var confirmed: [String] = []
                    for number in 0... {
                        if stopped.value > 0 { break }
                        let body = "\(writer)-\(number)"
                        do { try await database.write(Self.add(body)) } catch let error as StorageError where error.code == .outcomeUnknown
                        {
                            // After a crash nobody can know but by looking.
                            guard stop == .immediate, try await Self.bodies(database).contains(body) else { continue }
                        }
                        confirmed.append(body)
                    }
                    return confirmed
                }
            }
            group.addTask {
                for _ in 0..<3 {
                    let before = try await Self.bodies(database).count
                    try await server.stop(stop)
                    try await server.start()
                    while try await Self.bodies(database).count < before + 50 { await Task.yield() }
                }
                stopped.next()
                return []
            }
            return try await group.reduce([], +)
        }
        #expect(try await Self.bodies(database).sorted() == confirmed.sorted() && confirmed.count >= 150)
        try database.close()
    }

    @Test("a server that stays away is named, without waiting for it again and again; when it is back, work goes on")
    func away() async throws {
        let server = try await PostgresTestServer.own()
        let database = try TestDatabase(.postgres, on: server).open([notes], options: .init(busyTimeout: .seconds(2)))
        try await database.write(Self.add("before"))
        try await server.stop()
        let start = ContinuousClock.now
        for _ in 0..<10 {
            let error = await #expect(throws: StorageError.self) { try await database.write(Self.add("lost")) }
            #expect(error?.code == .serverAway && error?.advice.isEmpty == false)
        }
        #expect(ContinuousClock.now - start < .seconds(12))
        try await server.start()
        try await database.write(Self.add("after"))
        #expect(try await Self.bodies(database) == ["before", "after"])
    }

    @Test("a primary that becomes a standby is named as one; promoted, it is written again")
    func standby() async throws {
        let server = try await PostgresTestServer.own()
        let ground = try TestDatabase(.postgres, on: server)
        let database = try ground.open([notes])
        try await database.write(Self.add("before"))
        try await server.demote()
        let error = await #expect(throws: StorageError.self) { try await database.write(Self.add("lost")) }
        #expect(error?.code == .readOnly && error?.advice.contains("target_session_attrs") == true)
        #expect(try await Self.bodies(database) == ["before"])
        let opening = #expect(throws: StorageError.self) { try ground.open([notes]) }
        #expect(opening?.code == .readOnly)
        try await server.promote()
        try await database.write(Self.add("after"))
        #expect(try await Self.bodies(database) == ["before", "after"])
    }

    @Test("a statement that takes too long is stopped and named, and the connection is as good as before")
    func tooSlow() async throws {
        let database = try TestDatabase(.postgres, parameters: ["statement_timeout=0.2", "pool=1"]).open([notes])
        let error = await #expect(throws: StorageError.self) {
            try await database.write { tx in
                try tx.execute("INSERT INTO notes (body) VALUES ('half')")
                _ = try tx.rows("SELECT CAST(pg_sleep(20) AS text)")
            }
        }
        #expect(error?.code == .tooSlow)
        try await database.write(Self.add("whole"))
        #expect(try await Self.bodies(database) == ["whole"])
    }

    @Test("a backend that is frozen is given up after a while")
    func frozen() throws {
        let ground = try TestDatabase(.postgres)
        guard case .postgres(let address) = try ground.location else { return }
        let timeouts = PostgresConnection.Timeouts(statement: .milliseconds(100), lock: .seconds(1), grace: .milliseconds(200))
        let connection = try PostgresConnection.open(address, timeouts)
        let backend = try connection.fly([.plain("SELECT pg_backend_pid()")]).first?.value(0, 0, "pid")
        guard case .integer(let process)? = backend, kill(pid_t(process), SIGSTOP) == 0 else { return }
        defer { kill(pid_t(process), SIGCONT) }
        let start = ContinuousClock.now
        let failure = #expect(throws: PostgresFailure.self) { try connection.fly([.plain("SELECT 1")]) }
        #expect(failure?.timedOut == true && failure?.kind == .lost && ContinuousClock.now - start < .seconds(5))
    }

    @Test("somebody who holds a lock for too long is named as the reason")
    func locked() async throws {
        let ground = try TestDatabase(.postgres)
        let (one, two) = (try ground.open([notes]), try ground.open([notes], options: .init(busyTimeout: .milliseconds(200))))
        try await one.write(Self.add("row"))
        let (held, done) = (Signal(), Signal())
        async let holding: Void = one.write { tx in
            try tx.execute("UPDATE notes SET size = 1")
            held.give()
            done.take()
        }
        await held.taken()
        let error = await #expect(throws: StorageError.self) { try await two.write { try $0.execute("UPDATE notes SET size = 2") } }
        #expect(error?.code == .busy)
        done.give()
        try await holding
    }

    @Test("two transactions that wait for one another both come through")
    func deadlock() async throws {
        let database = try TestDatabase(.postgres).open([notes])
        for name in ["a", "b"] { try await database.write(Self.add(name)) }
        let met = Rendezvous()
        let runs = Count()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for order in [["a", "b"], ["b", "a"]] {
                group.addTask {
                    try await database.write(isolation: .locking) { tx in
                        let run = runs.next()
                        for name in order {
                            try tx.execute("UPDATE notes SET size = COALESCE(size, 0) + 1 WHERE body = ?", name)
                            if run <= 2, name == order[0] { met.meet() }
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(runs.value >= 3)
        #expect(try await database.read { try $0.value(Int.self, sql: "SELECT SUM(size) FROM notes") } == 4)
    }
}

/// Two threads wait here for one another.
private final class Rendezvous: Sendable {
    private let count = Count()
    private let signal = Signal()

    func meet() {
        if count.next() == 2 { signal.give() } else { signal.take() }
    }
}
