import Jobs
import PostgresTestServer
import Support
import Testing

@Suite("Redis and its faults")
struct RedisFaultTests {
    private let start = Timestamp(millisecondsSinceEpoch: 1_750_000_000_000)

    private func queue(_ address: String, name: String = "one", patience: Duration = .seconds(30)) throws -> RedisJobQueue {
        RedisJobQueue(
            try RedisAddress(parsing: address), name: name, limits: JobLimits(waitingPerUser: 100_000, runningPerUser: 1_000),
            patience: patience)
    }

    @Test("a server that has forgotten the script is told it again")
    func flushed() async throws {
        let server = try RedisTestServer.shared()
        let queue = try queue(server.freshAddress())
        _ = try await queue.enqueue(painting(1), at: start)
        try server.cli("SCRIPT", "FLUSH")
        _ = try await queue.enqueue(painting(2), at: start)
        #expect(try await queue.depths().map(\.waiting) == [2])
    }

    @Test("a server killed under many writers has everything it confirmed, and each request is answered once")
    func killed() async throws {
        let server = try RedisTestServer()
        let address = server.freshAddress()
        let queue = try queue(address)
        let start = start
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    for number in 1...60 {
                        let id = UInt64(writer * 1_000 + number)
                        _ = try await queue.enqueue(painting(id, user: "person \(writer)", maxAttempts: 100), at: start)
                        guard let claimed = try await queue.claim(JobClaim(queues: ["painter"], worker: "w\(writer)"), at: start).first
                        else { continue }
                        _ = try await queue.record(JobOutput(summary: .empty), under: claimed.lease, at: start)
                        _ = try await queue.settle(claimed.lease, as: .completed, at: start, answer: stateAnswer)
                    }
                }
            }
            group.addTask {
                for _ in 0..<3 {
                    try await Task.sleep(for: .milliseconds(40))
                    try server.crash()
                    try server.start()
                }
            }
            try await group.waitForAll()
        }
        // A claim whose answer was lost runs out and comes again.
        let later = start + .seconds(100)
        _ = try await queue.rescue(at: later, limit: 1_000, answer: stateAnswer)
        while let claimed = try await queue.claim(JobClaim(queues: ["painter"], worker: "last"), at: later).first {
            _ = try await queue.settle(claimed.lease, as: .completed, at: later, answer: stateAnswer)
        }
        for writer in 0..<4 {
            for number in 1...60 {
                let id = RequestID(UInt64(writer * 1_000 + number))
                #expect(try await queue.job(id)?.state == .completed)
                #expect(try await queue.deliveries(of: id).count == 1)
            }
        }
        #expect(try await queue.depths().allSatisfy { $0.waiting == 0 && $0.running == 0 })
        #expect(try invariantsBroken(on: server, address) == [])
    }

    @Test("a server without memory left says so, and goes on when it has some")
    func full() async throws {
        let server = try RedisTestServer()
        let queue = try queue(server.freshAddress())
        _ = try await queue.enqueue(painting(0), at: start)
        let running = try #require(await queue.claim(JobClaim(queues: ["painter"], worker: "w"), at: start).first)
        _ = try await queue.enqueue(painting(1), at: start)
        try server.cli("CONFIG", "SET", "maxmemory", "1")
        // What is under way comes to its end, and is answered.
        let lease = try await queue.renew(running.lease, for: .seconds(60), at: start).lease
        #expect(try await queue.settle(lease, as: .completed, at: start, answer: stateAnswer).state == .completed)
        let delivery = try #require(await queue.claimDeliveries(worker: "d", lease: .seconds(9), limit: 1, at: start).first)
        try await queue.markDelivered(delivery.lease, receipt: nil, at: start)
        let error = await #expect(throws: RedisError.self) { try await queue.enqueue(painting(2), at: start) }
        #expect(error?.code == .full)
        try server.cli("CONFIG", "SET", "maxmemory", "0")
        #expect(try await queue.depths().map(\.waiting) == [1])
        _ = try await queue.enqueue(painting(2), at: start)
        #expect(try await queue.depths().map(\.waiting) == [2])
    }

    @Test("a user whom the server allows Troupe's keys only is enough; another one is named as refused")
    func users() async throws {
        let server = try RedisTestServer()
        try server.cli("ACL", "SETUSER", "troupe", "on", ">let me in", "~{t*", "&{t*", "+@all", "-@dangerous", "+info")
        let address = server.freshAddress()
        func asUser(_ word: String) -> String { address.replacing("redis+unix://", with: "redis+unix://troupe:\(word)@localhost") }
        let good = try queue(asUser("let%20me%20in"))
        _ = try await good.enqueue(painting(1), at: start)
        #expect(try await good.check() == [])
        let error = await #expect(throws: RedisError.self) { try await queue(asUser("hunter2")).depths() }
        #expect(error?.code == .accessDenied && error?.message.contains("hunter2") == false)
    }

    @Test("the doctor hears what would lose requests")
    func unfit() async throws {
        let server = try RedisTestServer(settings: ["--appendonly", "no", "--maxmemory-policy", "allkeys-lru"])
        let faults = try await queue(server.freshAddress()).check()
        #expect(faults.count == 2 && faults[0].contains("appendonly yes") && faults[1].contains("noeviction"))
    }

    @Test("a server that says nothing is given up in time, and when it speaks again work goes on")
    func frozen() async throws {
        let server = try RedisTestServer()
        let queue = try queue(server.freshAddress(), patience: .milliseconds(10))
        _ = try await queue.enqueue(painting(1), at: start)
        try server.freeze(true)
        let error = await #expect(throws: RedisError.self) { try await queue.depths() }
        #expect(error?.code == .serverAway)
        try server.freeze(false)
        #expect(try await queue.depths().map(\.waiting) == [1])
    }

    @Test("what reaches a server only after it was given up is not done: whoever was told that it cannot be taken hears no more of it")
    func late() async throws {
        let server = try RedisTestServer()
        let queue = try queue(server.freshAddress(), patience: .milliseconds(10))
        _ = try await queue.enqueue(painting(1), at: start)
        try server.freeze(true)
        let error = await #expect(throws: RedisError.self) { try await queue.enqueue(painting(2), at: start) }
        #expect(error?.code == .serverAway)
        // It reads now what lay in its socket.
        try server.freeze(false)
        #expect(try await queue.depths().map(\.waiting) == [1])
        #expect(try await queue.job(RequestID(2)) == nil)
        // The same request, asked again, is taken.
        _ = try await queue.enqueue(painting(2), at: start)
        #expect(try await queue.depths().map(\.waiting) == [2])
    }

    @Test("a server that stays away is named")
    func away() async throws {
        let queue = try queue("redis://127.0.0.1:1", patience: .milliseconds(200))
        let error = await #expect(throws: RedisError.self) { try await queue.depths() }
        #expect(error?.code == .serverAway && error?.message.contains("127.0.0.1:1") == true)
    }

    @Test("what one process does, the others hear at once")
    func heard() async throws {
        let address = try RedisTestServer.shared().freshAddress()
        let (one, two) = (try queue(address), try queue(address, name: "two"))
        let heard = two.signals.listen()
        let start = start
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await signal in heard where signal == .available(queue: "painter") { return }
            }
            group.addTask {
                // The listener may not have subscribed yet.
                var id: UInt64 = 0
                while !Task.isCancelled {
                    id += 1
                    _ = try await one.enqueue(painting(id, user: nil), at: start)
                    try? await Task.sleep(for: .milliseconds(50))
                }
            }
            try await group.next()
            group.cancelAll()
        }
    }

    @Test("an address is read, and printed without its password")
    func addresses() throws {
        let address = try RedisAddress(parsing: "rediss://bob:p%40ss@redis.example:7000/3?prefix=night")
        #expect(address.description == "rediss://bob@redis.example:7000/3")
        for text in ["", "http://x", "redis://x/y", "redis://x?pool=3", "redis://x?prefix=a%20b"] {
            #expect(throws: RedisError.self) { try RedisAddress(parsing: text) }
        }
    }
}
