import Inference
import Pictures
import Support
import Synchronization
import Testing

@testable import ModelProviders

/// A server that does what the test says, in the clock's time.
private final class StagedServer: ImageServer {
    enum Act: Sendable {
        case paint(seconds: Double = 1)
        case fail(ModelError.Code, retryAfter: Duration? = nil)
        case send([[UInt8]])
    }

    let address: ServerAddress
    let lanes = 1
    private let clock: ManualClock
    private let acts: Mutex<[Act]>
    private let counts = Mutex<[Int]>([])
    private let well = Mutex(true)

    /// - Parameter acts: for the first requests; later ones are painted in a second.
    init(_ name: String, clock: ManualClock, _ acts: Act...) throws {
        address = try ServerAddress("http://\(name):1")
        self.clock = clock
        self.acts = Mutex(acts)
    }

    /// Pictures asked for, by request.
    var asked: [Int] { counts.withLock { $0 } }
    func become(well: Bool) { self.well.withLock { $0 = well } }

    func paint(_ request: ImageRequest, progress: @escaping @Sendable (ImageProgress) -> Void) async throws -> ImageResult {
        counts.withLock { $0.append(request.count) }
        switch acts.withLock({ $0.isEmpty ? .paint() : $0.removeFirst() }) {
        case .paint(let seconds):
            try await clock.sleep(for: .seconds(seconds))
            let picture = try Picture(width: 1, height: 1, pixels: [1, 2, 3]).png()
            return ImageResult(images: Array(repeating: picture, count: request.count), seeds: [])
        case .fail(let code, let retryAfter): throw ModelError(code, model: "m", details: "scripted", retryAfter: retryAfter)
        case .send(let images): return ImageResult(images: images, seeds: [])
        }
    }

    func look() async throws -> String {
        guard well.withLock({ $0 }) else { throw ModelError(.unavailable, model: "m", details: "away") }
        return "well"
    }
}

@Suite(.timeLimit(.minutes(10))) struct `Several servers of one model` {
    private let clock = ManualClock()
    private let request = ImageRequest(prompt: "circle", count: 2, seed: 1)

    private func pool(_ servers: StagedServer..., patience: Duration = .zero) -> ServerPool {
        ServerPool(servers, model: "m", configuration: .init(secondsPerPicture: 1, patience: patience), clock: clock, jitter: { 1 })
    }

    /// Runs a body while time passes.
    private func whileTimePasses<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask { [clock] in
                while !Task.isCancelled {
                    clock.advance(by: .milliseconds(50))
                    await Task.yield()
                }
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next()!!
        }
    }

    @Test(arguments: [ModelError.Code.unavailable, .failed, .invalidResponse])
    func `another server paints what one failed at`(_ code: ModelError.Code) async throws {
        let bad = try StagedServer("bad", clock: clock, .fail(code)), good = try StagedServer("good", clock: clock)
        let pool = pool(bad, good)
        let result = try await whileTimePasses { [request] in try await pool.paint(request) { _ in } }
        #expect(result.images.count == 2 && bad.asked == [2] && good.asked == [2])
    }

    @Test(arguments: [ModelError.Code.refused, .invalidRequest])
    func `what is refused is refused everywhere`(_ code: ModelError.Code) async throws {
        let first = try StagedServer("first", clock: clock, .fail(code)), second = try StagedServer("second", clock: clock)
        let pool = pool(first, second)
        await #expect(throws: ModelError(code, model: "m", details: "scripted")) {
            try await whileTimePasses { [request] in try await pool.paint(request) { _ in } }
        }
        #expect(second.asked.isEmpty)
    }

    @Test func `a picture that is cut short or too few is another server's chance`() async throws {
        let whole = try Picture(width: 40, height: 40, pixels: [UInt8](repeating: 7, count: 4_800)).png()
        let liar = try StagedServer("liar", clock: clock, .send([whole, whole.dropLast(20)]), .send([whole]))
        let good = try StagedServer("good", clock: clock)
        let pool = pool(liar, good)
        for _ in 0..<2 { _ = try await whileTimePasses { [request] in try await pool.paint(request) { _ in } } }
        #expect(liar.asked.count + good.asked.count >= 3 && good.asked.count >= 1)
    }

    @Test func `out of memory on one, a larger one is tried; on all, it is said`() async throws {
        let small = try StagedServer("small", clock: clock, .fail(.outOfMemory), .fail(.outOfMemory))
        let large = try StagedServer("large", clock: clock, .paint(), .fail(.outOfMemory))
        let pool = pool(small, large)
        _ = try await whileTimePasses { [request] in try await pool.paint(request) { _ in } }
        let error = await #expect(throws: ModelError.self) {
            try await whileTimePasses { [request] in try await pool.paint(request) { _ in } }
        }
        #expect(error?.code == .outOfMemory)
        #expect(small.asked == [2], "it is remembered what did not fit")
    }

    @Test func `asked to slow down, it waits and asks again`() async throws {
        let server = try StagedServer("one", clock: clock, .fail(.rateLimited, retryAfter: .seconds(3)))
        let pool = pool(server, patience: .seconds(10))
        let before = clock.now()
        _ = try await whileTimePasses { [request] in try await pool.paint(request) { _ in } }
        #expect(server.asked == [2, 2] && clock.now() - before >= .seconds(4))
    }

    @Test func `asked to slow down for long, the queue is told when to come back`() async throws {
        let server = try StagedServer("one", clock: clock, .fail(.rateLimited, retryAfter: .seconds(600)))
        let pool = pool(server, patience: .seconds(10))
        let error = await #expect(throws: ModelError.self) {
            try await whileTimePasses { [request] in try await pool.paint(request) { _ in } }
        }
        #expect(error?.code == .rateLimited && error?.retryAfter == .seconds(600))
    }

    @Test func `a server that comes back is asked how it is, and then painted with`() async throws {
        let server = try StagedServer("one", clock: clock, .fail(.unavailable))
        server.become(well: false)
        let pool = pool(server, patience: .seconds(60))
        await #expect(throws: ModelError.self) { try await whileTimePasses { [request] in try await pool.paint(request) { _ in } } }
        let waiting = Task { [request] in try await whileTimePasses { try await pool.paint(request) { _ in } } }
        while clock.nextDeadline == nil { await Task.yield() }
        server.become(well: true)
        #expect(try await waiting.value.images.count == 2)
        #expect(server.asked == [2, 2])
    }

    @Test func `who is cancelled while waiting leaves the line, and the others go on`() async throws {
        let server = try StagedServer("one", clock: clock, .paint(seconds: 5))
        let pool = pool(server)
        let first = Task { [request] in try await pool.paint(request) { _ in } }
        while server.asked.isEmpty { await Task.yield() }
        let second = Task { [request] in try await pool.paint(request) { _ in } }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        #expect(try await whileTimePasses { try await first.value }.images.count == 2)
        #expect(server.asked == [2])
    }

    @Test func `unevenly fast, the slow one gets less`() async throws {
        let fast = try StagedServer("fast", clock: clock)
        let slow = try StagedServer("slow", clock: clock, .paint(seconds: 6), .paint(seconds: 6), .paint(seconds: 6), .paint(seconds: 6))
        let pool = pool(fast, slow)
        _ = try await whileTimePasses { [request] in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<12 { group.addTask { _ = try await pool.paint(request) { _ in } } }
                try await group.waitForAll()
            }
        }
        #expect(fast.asked.count + slow.asked.count == 12)
        #expect(slow.asked.count < fast.asked.count && !slow.asked.isEmpty)
    }
}
