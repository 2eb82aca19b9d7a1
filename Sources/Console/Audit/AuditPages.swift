import Foundation
import Hummingbird
import Support

/// `/audit`: who did what when, the newest first, by words and kind, a page at a time.
struct AuditPages: ConsoleRoutes {
    let desk: ConsoleDesk

    func add(to router: Router<ConsoleContext>) {
        router.signedIn(desk).get("audit") { request, context in try await page(request, context).response() }
    }

    private func page(_ request: Request, _ context: ConsoleContext) async throws -> ConsolePage {
        let query = request.uri.queryParameters
        let words = String((query.get("words") ?? "").replacing("+", with: " ").prefix(100)).trimmingCharacters(in: .whitespaces)
        let question = AuditQuestion(
            search: words.isEmpty ? nil : words, kind: query.get("kind").flatMap(AuditEntry.Kind.init(rawValue:)),
            before: query.get("before").flatMap(AuditQuestion.Position.init))
        let entries = try await desk.trail.entries(question)
        let options = AuditEntry.Kind.allCases.map { kind -> HTML in
            "<option value=\"\(kind.rawValue)\"\(kind == question.kind ? " selected" as HTML : "")>\(kind.rawValue)</option>"
        }
        let table = Table(
            heads: ["When (UTC)", "Who", "Where", "Server", "What"], rows: entries.map { Self.row($0, desk.clock.now()) },
            otherwise: "Nothing of this kind was done.")
        let content: HTML = """
            <form class="filter">
            <label>Words, or an id <input name="words" maxlength="100" value="\(words)"></label>
            <label>About <select name="kind"><option value="">anything</option>\(options)</select></label>
            <button>Show</button>
            </form>
            \(table.html)
            \(entries.count < question.count ? "" : Self.older(question, entries[entries.count - 1]))
            """
        return ConsolePage(title: "Audit log", room: .audit, session: context.session, content: content)
    }

    private static func row(_ entry: AuditEntry, _ now: Timestamp) -> [HTML] {
        let moment = Date(timeIntervalSince1970: Double(entry.at.millisecondsSinceEpoch) / 1_000).ISO8601Format()
        return [
            """
            <time datetime="\(moment)" title="\(Words.ago(entry.at, now))">\(moment.replacing("T", with: " ").prefix(19))</time>
            """,
            entry.who.map { "<a href=\"/people?id=\($0)\">\($0)</a>" } ?? "–", "\(entry.place.title)",
            "\(entry.guild.map(String.init) ?? "–")",
            "\(entry.words)",
        ]
    }

    private static func older(_ question: AuditQuestion, _ last: AuditEntry) -> HTML {
        func escaped(_ text: String) -> String { text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "" }
        let before = escaped(AuditQuestion.Position(last).text)
        return """
            <p><a href="/audit?words=\(escaped(question.search ?? ""))&amp;kind=\(question.kind?.rawValue ?? "")&amp;before=\(before)">Older</a></p>
            """
    }
}

extension ConsoleDesk {
    /// Writes down what somebody is about to do here: before it is done, so that nothing is done unseen.
    func note(
        _ kind: AuditEntry.Kind, _ words: String, by session: ConsoleSession?, guild: UInt64? = nil, once: String? = nil
    ) async throws {
        try await trail.note(kind, words, by: session?.person, guild: guild, once: once, at: clock.now())
    }
}
