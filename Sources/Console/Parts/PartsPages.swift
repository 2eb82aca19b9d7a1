import Hummingbird
import Support

/// `/parts`: which processes live, what they do and serve.
struct PartsPages: ConsoleRoutes {
    let desk: ConsoleDesk

    func add(to router: Router<ConsoleContext>) {
        router.signedIn(desk).get("parts") { _, context in try await page(context).response() }
    }

    private func page(_ context: ConsoleContext) async throws -> ConsolePage {
        let now = desk.clock.now()
        let rows = try await desk.processes.processes(seenSince: now - .seconds(3_600)).map { process -> [HTML] in
            let isThere = now - process.seenAt < ProcessRecord.silence
            return [
                "\(process.name)", "\(process.parts.joined(separator: ", "))", "\(process.models.joined(separator: ", "))",
                "\(Self.ranges(process.shards))",
                "\(process.version)", "\(Words.ago(process.startedAt, now))",
                isThere ? "<span class=\"good\">lives</span>" : "<span class=\"bad\">silent for \(Words.span(now - process.seenAt))</span>",
            ]
        }
        let table = Table(
            heads: ["Process", "Does", "Models", "Shards", "Version", "Started", "State"], rows: rows,
            otherwise: "No process has signed in.")
        return ConsolePage(title: "Parts", room: .parts, session: context.session, isLive: true, content: table.html)
    }

    /// `0–7, 12` of the numbers in order.
    static func ranges(_ numbers: [Int]) -> String {
        var ranges: [ClosedRange<Int>] = []
        for number in numbers.sorted() {
            if let last = ranges.last, last.upperBound + 1 == number {
                ranges[ranges.count - 1] = last.lowerBound...number
            } else {
                ranges.append(number...number)
            }
        }
        return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)–\($0.upperBound)" }.joined(separator: ", ")
    }
}
