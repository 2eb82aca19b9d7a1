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
                "\(process.version)", "\(Words.ago(process.startedAt, now))",
                isThere ? "<span class=\"good\">lives</span>" : "<span class=\"bad\">silent for \(Words.span(now - process.seenAt))</span>",
            ]
        }
        let table = Table(
            heads: ["Process", "Does", "Models", "Version", "Started", "State"], rows: rows, otherwise: "No process has signed in.")
        return ConsolePage(title: "Parts", room: .parts, session: context.session, isLive: true, content: table.html)
    }
}
