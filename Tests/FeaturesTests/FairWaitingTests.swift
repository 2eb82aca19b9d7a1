import Jobs
import RepeatableChance
import Support
import Testing

@testable import Features

/// A queue in simulated time: people ask at given moments, and painters of different speeds take one job at a time.
private struct Simulation {
    struct Ask {
        var user: Int
        /// Milliseconds since the start.
        var at: Int64
        var count: Int
        var weight = 100
    }

    struct Served {
        var ask: Ask
        var startedAt: Int64
        var endedAt: Int64

        var waited: Int64 { startedAt - ask.at }
    }

    private struct Painter {
        let millisecondsPerPicture: Int64
        var running: (lease: JobLease, index: Int, endsAt: Int64)?
        var busy: Int64 = 0
    }

    /// In the order in which they began.
    private(set) var served: [Served] = []
    /// Share of the painters' time that was used while something waited for them.
    private(set) var utilisation = 0.0

    /// - Parameter painters: milliseconds that each takes for a picture.
    init(_ asks: [Ask], painters speeds: [Int64]) async throws {
        let queue = MemoryJobQueue()
        let start = Timestamp(millisecondsSinceEpoch: 1_750_000_000_000)
        let asks = asks.sorted { $0.at < $1.at }
        var painters = speeds.map { Painter(millisecondsPerPicture: $0) }
        var (now, next, waiting, backlogged): (Int64, Int, Int, Int64) = (0, 0, 0, 0)
        while true {
            let moment = start + .milliseconds(now)
            for index in painters.indices where painters[index].running?.endsAt == now {
                guard let running = painters[index].running else { continue }
                _ = try await queue.settle(running.lease, as: .completed, at: moment, answer: { _ in [] })
                painters[index].running = nil
            }
            while next < asks.count, asks[next].at == now {
                let ask = asks[next]
                let job = NewJob(
                    requestID: RequestID(UInt64(next + 1)), kind: "generate", queue: "plain", user: "\(ask.user)", weight: ask.weight,
                    cost: ask.count)
                guard case .enqueued = try await queue.enqueue(job, at: moment) else { throw Refused() }
                (next, waiting) = (next + 1, waiting + 1)
            }
            for index in painters.indices where painters[index].running == nil {
                let claim = JobClaim(queues: ["plain"], worker: "painter \(index)", lease: .seconds(1_000_000))
                guard let claimed = try await queue.claim(claim, at: moment).first else { continue }
                let ask = asks[Int(claimed.job.requestID.rawValue) - 1]
                let endsAt = now + Int64(ask.count) * painters[index].millisecondsPerPicture
                painters[index].running = (claimed.lease, served.count, endsAt)
                served.append(Served(ask: ask, startedAt: now, endedAt: endsAt))
                waiting -= 1
            }
            guard let then = (painters.compactMap { $0.running?.endsAt } + (next < asks.count ? [asks[next].at] : [])).min() else { break }
            if waiting > 0 {
                backlogged += (then - now) * Int64(painters.count)
                for index in painters.indices where painters[index].running != nil { painters[index].busy += then - now }
            }
            now = then
        }
        utilisation = backlogged == 0 ? 1 : Double(painters.reduce(0) { $0 + $1.busy }) / Double(backlogged)
    }

    struct Refused: Error {}

    /// Pictures painted for each user by a moment, begun ones by the part that is done.
    func pictures(by moment: Int64) -> [Int: Double] {
        served.reduce(into: [:]) { sums, served in
            let part = Double(min(moment, served.endedAt) - served.startedAt) / Double(served.endedAt - served.startedAt)
            sums[served.ask.user, default: 0] += Double(served.ask.count) * max(0, min(1, part))
        }
    }

    /// The moment at which the first user has everything they asked for: until then all compete.
    var firstContent: Int64 { Dictionary(grouping: served, by: \.ask.user).values.compactMap { $0.map(\.endedAt).max() }.min() ?? 0 }

    /// Jain's index: 1 where all have the same, 1/n where one has it all.
    static func fairness(_ amounts: some Collection<Double>) -> Double {
        let (sum, squares) = amounts.reduce((0.0, 0.0)) { ($0.0 + $1, $0.1 + $1 * $1) }
        return squares == 0 ? 1 : sum * sum / (Double(amounts.count) * squares)
    }

    func waited(percentile: Double) -> Int64 {
        let waits = served.map(\.waited).sorted()
        return waits.isEmpty ? 0 : waits[Int((Double(waits.count - 1) * percentile).rounded())]
    }
}

@Suite(.timeLimit(.minutes(10))) struct `People who ask at the same time` {
    /// One who wants ninety pictures, nine a request, and ten who want one.
    private func crowd(_ moment: (Int) -> Int64) -> [Simulation.Ask] {
        (0..<10).map { _ in Simulation.Ask(user: 0, at: 0, count: 9) } + (1...10).map { Simulation.Ask(user: $0, at: moment($0), count: 1) }
    }

    @Test(arguments: [[1_000], [1_000, 1_000], [500, 1_000, 4_000]] as [[Int64]])
    func `ten who want one picture never wait behind one who wants ninety`(_ painters: [Int64]) async throws {
        // All ten at one moment, wherever the ninety are by then: none of what had not begun goes before them.
        for moment in stride(from: Int64(0), to: 20_000, by: 700) {
            let simulation = try await Simulation(crowd { _ in moment }, painters: painters)
            let singles = simulation.served.filter { $0.ask.user != 0 }
            let last = try #require(singles.map(\.startedAt).max())
            let between = simulation.served.filter { $0.ask.user == 0 && $0.startedAt > moment && $0.startedAt < last }
            #expect(singles.count == 10 && between.isEmpty, "at \(moment) ms: \(between.count) of the ninety went first")
        }
        // One after the other, at any moments: never behind more than one that had not begun, for nine have gone before it.
        let random = seeded(UInt64(painters.count))
        for _ in 0..<50 {
            let simulation = try await Simulation(crowd { _ in Int64(random() % 60_000) }, painters: painters)
            for single in simulation.served where single.ask.user != 0 {
                let between = simulation.served.count {
                    $0.ask.user == 0 && $0.startedAt > single.ask.at && $0.startedAt < single.startedAt
                }
                #expect(between <= 1)
            }
        }
    }

    @Test func `fifty with ten requests each on three uneven painters get the same, and no painter rests`() async throws {
        let random = seeded(50)
        let asks = (0..<500).map { Simulation.Ask(user: $0 % 50, at: Int64(random() % 5_000), count: 1 + Int(random() % 9)) }
        let simulation = try await Simulation(asks, painters: [1_000, 2_000, 4_000])
        let fairness = Simulation.fairness(simulation.pictures(by: simulation.firstContent).values)
        print(
            "50 people × 10 requests, 3 uneven painters: fairness \(fairness), utilisation \(simulation.utilisation),",
            "waited p50 \(simulation.waited(percentile: 0.5) / 1_000) s, p99 \(simulation.waited(percentile: 0.99) / 1_000) s")
        #expect(simulation.served.count == 500 && fairness > 0.95 && simulation.utilisation == 1)
    }

    @Test func `a role of twice the share has twice the pictures while all wait`() async throws {
        let asks = (0..<10).flatMap { user in
            (0..<20).map { _ in Simulation.Ask(user: user, at: 0, count: 2, weight: user < 5 ? 200 : 100) }
        }
        let simulation = try await Simulation(asks, painters: [1_000, 3_000])
        let pictures = simulation.pictures(by: simulation.firstContent)
        let (patrons, others) = (pictures.filter { $0.key < 5 }.values.reduce(0, +), pictures.filter { $0.key >= 5 }.values.reduce(0, +))
        #expect(abs(patrons / others - 2) < 0.15, "\(patrons) to \(others)")
        #expect(Simulation.fairness(pictures.filter { $0.key < 5 }.values) > 0.98)
    }

    @Test func `and so it is from the command to the pictures`() async throws {
        let gate = Gate()
        let painter = PlainPainter(.init(gate: gate))
        let bot = TestBot([painter], jobs: MemoryJobQueue(), discord: TinyDiscord(), clock: ManualClock())
        try await bot.run {
            for number in UInt64(0)..<10 { try await bot.generate("many \(number)", id: firstID + number, user: 4, count: 9) }
            try await bot.eventually("painting") { !painter.requests.isEmpty }
            for number in UInt64(0)..<10 { try await bot.generate("one", id: firstID + 100 + number, user: 50 + number, count: 1) }
            gate.open()
            try await bot.eventually("the answers") { painter.requests.count == 20 }
            #expect(painter.requests.prefix(11).map(\.prompt) == ["many 0"] + Array(repeating: "one", count: 10))
        }
    }
}
