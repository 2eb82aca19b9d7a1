import Jobs
import Support
import Testing

@Suite("What the operator sees of jobs, with every durable driver")
struct DirectoryTests {
    static let drivers: [Driver] = [.sqlite, .postgres, .redis]

    private func filled(_ driver: Driver) async throws -> (Bench, any JobDirectory) {
        let bench = try Bench(driver)
        for id in 1...6 { try await bench.enqueue(painting(UInt64(id), user: id % 2 == 0 ? "ada" : "bob")) }
        var sketch = painting(7, user: "ada")
        sketch.queue = "sketcher"
        try await bench.enqueue(sketch)
        for second in [10.0, 70, 75] {
            let claimed = try #require(await bench.claim(at: second))
            _ = try await bench.queue.settle(claimed.lease, as: .completed, at: bench.at(second), answer: noAnswer)
        }
        _ = try await bench.queue.cancel(RequestID(7), at: bench.at(80), answer: noAnswer)
        return (bench, try #require(bench.queue as? any JobDirectory))
    }

    @Test("jobs are listed newest first, by state, queue and person, page by page", arguments: drivers)
    func lists(_ driver: Driver) async throws {
        let (_, directory) = try await filled(driver)
        func ids(_ filter: JobFilter) async throws -> [UInt64] { try await directory.jobs(matching: filter).map(\.requestID.rawValue) }
        #expect(try await ids(JobFilter()) == [7, 6, 5, 4, 3, 2, 1])
        #expect(try await ids(JobFilter(before: 5, count: 2)) == [4, 3])
        #expect(try await ids(JobFilter(queue: "sketcher")) == [7])
        #expect(try await ids(JobFilter(user: "bob")) == [5, 3, 1])
        #expect(try await ids(JobFilter(state: .cancelled, user: "ada")) == [7])
        #expect(try await ids(JobFilter(state: .completed)).count == 3)
    }

    @Test("what ended is counted, by queue and by span", arguments: drivers)
    func counts(_ driver: Driver) async throws {
        let (bench, directory) = try await filled(driver)
        #expect(
            try await directory.endings(since: bench.at(60)) == [
                JobEndings(queue: "painter", state: .completed, count: 2), JobEndings(queue: "sketcher", state: .cancelled, count: 1),
            ])
        #expect(try await directory.completions(since: bench.start, every: .seconds(60), count: 3) == [1, 2, 0])
    }
}
