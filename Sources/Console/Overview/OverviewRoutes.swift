import Hummingbird
import Jobs
import Support

/// `/`: how Troupe is doing right now.
struct OverviewRoutes: ConsoleRoutes {
    let desk: ConsoleDesk

    func add(to router: Router<ConsoleContext>) {
        router.signedIn(desk).get("") { _, context in try await page(context).response() }
    }

    private func page(_ context: ConsoleContext) async throws -> ConsolePage {
        let now = desk.clock.now()
        let depths = try await desk.jobs.depths()
        let endings = try await desk.directory.endings(since: now - .seconds(3_600))
        let lately = try await desk.directory.jobs(matching: JobFilter(state: .completed, count: JobFilter.limit))
        let rate = try await desk.directory.completions(since: now - .seconds(3_600), every: .seconds(120), count: 30)
        let parts = try await desk.processes.processes(seenSince: now - ProcessRecord.silence)
        let content: HTML = """
            <dl class="tiles">
            \(tile("Waiting", depths.map(\.waiting).reduce(0, +)))
            \(tile("Running", depths.map(\.running).reduce(0, +)))
            \(tile("Done in an hour", count(endings, .completed)))
            \(tile("Failed in an hour", count(endings, .discarded), isBad: count(endings, .discarded) > 0))
            \(tile("Half within", quantile(lately, 0.5)))
            \(tile("99 % within", quantile(lately, 0.99)))
            \(tile("Processes", parts.count, isBad: parts.isEmpty))
            </dl>
            \(BarChart(counts: rate, label: "Requests done in the last hour, each bar two minutes").html)
            <h2>Queues</h2>
            \(Table(heads: ["Queue", "Waiting", "Running", "Longest wait"], rows: depths.map { row($0, now) }, otherwise: "Nothing was asked for yet.").html)
            """
        return ConsolePage(title: "Overview", room: .overview, session: context.session, isLive: true, content: content)
    }

    private func tile(_ name: String, _ value: some CustomStringConvertible, isBad: Bool = false) -> HTML {
        "<div><dt>\(name)</dt><dd\(isBad ? " class=\"bad\"" as HTML : "")>\(value)</dd></div>"
    }

    private func row(_ depth: QueueDepth, _ now: Timestamp) -> [HTML] {
        [
            "<a href=\"/jobs?queue=\(depth.queue)\">\(depth.queue)</a>", "\(depth.waiting)", "\(depth.running)",
            "\(depth.oldestAvailable.map { Words.span(now - $0) } ?? "–")",
        ]
    }

    private func count(_ endings: [JobEndings], _ state: JobState) -> Int { endings.filter { $0.state == state }.map(\.count).reduce(0, +) }

    /// Of the latest completed jobs.
    private func quantile(_ jobs: [Job], _ share: Double) -> String {
        let spans = jobs.compactMap { job in job.finishedAt.map { $0 - job.createdAt } }.sorted()
        guard !spans.isEmpty else { return "–" }
        return Words.span(spans[min(spans.count - 1, Int(Double(spans.count) * share))])
    }
}
