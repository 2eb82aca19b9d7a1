import Crypto
import Foundation
import Jobs
import Memory
import PostgresTestServer
import Storage
import Support
import Synchronization
import Testing

@testable import Console

/// Logins and processes kept in memory.
private final class Keeper: ConsoleLogins, ProcessDirectory, AuditTrail, ServerDirectory, JobRetries, ModelDirectory {
    private struct State {
        var tickets: Set<[UInt8]> = []
        var sessions: [[UInt8]: (until: Timestamp, person: UInt64?)] = [:]
        var processes: [String: ProcessRecord] = [:]
        var entries: [AuditEntry] = []
        var questions: [AuditQuestion] = []
        var forms: [[ModelField: String]] = []
        var retries: [RequestID: RequestID] = [:]
    }
    private let state = Mutex(State())

    func offer(_ ticket: String) { _ = state.withLock { $0.tickets.insert(ConsoleSession.digest(ticket)) } }
    func take(ticket digest: [UInt8], at now: Timestamp) async throws -> Bool { state.withLock { $0.tickets.remove(digest) != nil } }
    func open(session digest: [UInt8], by person: UInt64?, until: Timestamp, at now: Timestamp) async throws {
        state.withLock { $0.sessions[digest] = (until, person) }
    }
    func owner(ofSession digest: [UInt8], at now: Timestamp) async throws -> SessionOwner? {
        state.withLock { $0.sessions[digest] }.flatMap { $0.until > now ? SessionOwner(person: $0.person) : nil }
    }
    func close(session digest: [UInt8]) async throws { state.withLock { $0.sessions[digest] = nil } }
    func note(_ process: ProcessRecord) async throws { state.withLock { $0.processes[process.name] = process } }
    func leave(_ name: String) async throws { state.withLock { $0.processes[name] = nil } }
    func processes(seenSince moment: Timestamp) async throws -> [ProcessRecord] {
        state.withLock { $0.processes.values.filter { $0.seenAt >= moment } }
    }
    func note(
        _ kind: AuditEntry.Kind, _ words: String, by who: UInt64?, guild: UInt64?, once: String?, at now: Timestamp
    ) async throws {
        state.withLock { state in
            state.entries.append(
                AuditEntry(
                    key: "console:\(state.entries.count)", at: now, place: .console, kind: kind, who: who, guild: guild, words: words))
        }
    }
    func entries(_ question: AuditQuestion) async throws -> [AuditEntry] {
        state.withLock { state in
            state.questions.append(question)
            return Array(state.entries.reversed().prefix(question.count))
        }
    }
    func servers(limit: Int) async throws -> [ServerLine] {
        [ServerLine(id: 5, name: "<b>", changedAt: Timestamp(millisecondsSinceEpoch: 0))]
    }
    func name(of server: UInt64) async -> String? { nil }
    func forms(of server: UInt64) async throws -> [ServerForm] {
        [ServerForm(name: "limits", title: "Limits", fields: [.init(name: "pictures", title: "Pictures", value: "4", choices: nil)])]
    }
    func facts(of server: UInt64) async throws -> [(name: String, value: String)] { [] }
    func change(_ form: String, of server: UInt64, to fields: [String: String]) async throws -> String {
        guard fields["pictures"] != "x" else { throw Unfit(userMessage: "No <number>.") }
        return "\(form) \(fields)"
    }
    private struct Unfit: Error, UserFacingError { let userMessage: String }
    func retry(of old: RequestID) async throws -> RequestID? { state.withLock { $0.retries[old] } }
    func retry(_ old: Job) async throws -> RequestID {
        guard old.user != "7" else { throw Unfit(userMessage: "No <credits>.") }
        return state.withLock { state in
            state.retries[old.requestID] = RequestID(99)
            return RequestID(99)
        }
    }
    func models() async throws -> [ModelLine] {
        [
            ModelLine(
                name: "<b> c", kind: .image, summary: "A painter", abilities: "up to 4 pictures",
                pace: .init(queue: "<b> c", expected: .seconds(3)), engine: "openai", addresses: ["http://a"], price: 5)
        ]
    }
    func probe(_ model: ModelLine) async -> [ModelFinding] { [ModelFinding(asked: "http://a", isGood: false, words: "<gone>")] }
    func price(_ model: ModelLine, at credits: String) async throws -> String {
        guard credits != "x" else { throw Unfit(userMessage: "No <number>.") }
        return "\(model.name): \(credits)"
    }
    let engines = ["openai", "<e>"]
    func add(_ form: [ModelField: String]) async throws {
        guard form[.name] != "x" else { throw Unfit(userMessage: "name: <taken>") }
        state.withLock { $0.forms.append(form) }
    }
    func remove(_ model: ModelLine) async throws {}
    var forms: [[ModelField: String]] { state.withLock { $0.forms } }
    var questions: [AuditQuestion] { state.withLock { $0.questions } }
}

@Suite struct `The pages of the console` {
    private let clock = ManualClock()
    private let keeper = Keeper()
    private let session = ConsoleSession(token: "a-token")

    private func desk(ownerLogin: OwnerLogin? = nil) throws -> (PageRoutes, SQLJobQueue) {
        let database = try Database(.init(parsing: "sqlite::memory:"), schemas: [SQLJobQueue.schema, MemorySchema.schema], at: clock.now())
        let jobs = SQLJobQueue(database)
        let desk = ConsoleDesk(
            jobs: jobs, answer: { _ in [] }, retries: keeper, ledger: nil, processes: keeper, logins: keeper, trail: keeper,
            servers: keeper,
            ownerLogin: ownerLogin,
            models: keeper, clones: CloneStore(database), clock: clock, randomness: { 7 })
        return (PageRoutes(desk), jobs)
    }

    private var cookie: [String: String] { ["Cookie": "theme=dark; \(ConsoleSession.cookie)=\(session.token)"] }

    private func logIn() async throws {
        try await keeper.open(session: session.digest, by: nil, until: clock.now() + .seconds(100), at: clock.now())
    }

    private func job(_ id: UInt64, queue: String = "pocket", user: String = "5") -> NewJob {
        NewJob(requestID: RequestID(id), kind: "generate", queue: queue, arguments: JobPayload(bytes: Array("{}".utf8)), user: user)
    }

    @Test func `are for people who have logged in; others are shown how to`() async throws {
        let (pages, _) = try desk()
        try await withConsole([pages]) { (ask: Asking) async throws -> Void in
            for path in ["/", "/jobs", "/jobs/1", "/people", "/models", "/training", "/parts", "/audit", "/servers", "/servers/5"] {
                let answer = try await ask("GET", path)
                #expect(answer.text.contains("troupe console link") && !answer.text.contains("<nav>"), "\(path)")
            }
            #expect(try await ask("GET", "/", ["Cookie": "\(ConsoleSession.cookie)=wrong"]).text.contains("troupe console link"))
            #expect(try await ask("POST", "/jobs/1/cancel").status == 401)
        }
    }

    @Test func `are closed to an owner who is not the owner any more, and open while Discord does not say`() async throws {
        let said = Mutex<(isOwner: Bool?, count: Int)>((true, 0))
        let login = OwnerLogin(login: Nobody(), secret: Secret("secret"), publicAddress: nil, clock: clock) { _ in
            try said.withLock { said in
                said.count += 1
                guard let isOwner = said.isOwner else { throw Away() }
                return isOwner
            }
        }
        let (pages, _) = try desk(ownerLogin: login)
        try await keeper.open(session: session.digest, by: 7, until: clock.now() + .seconds(10_000), at: clock.now())
        try await withConsole([pages]) { (ask: Asking) async throws -> Void in
            func isIn() async throws -> Bool { try await ask("GET", "/audit", cookie).text.contains("<nav>") }
            for _ in 0..<3 { #expect(try await isIn()) }
            #expect(said.withLock { $0.count } == 1)
            said.withLock { $0.isOwner = nil }
            clock.advance(by: Ownership.lifetime)
            #expect(try await isIn())
            said.withLock { $0.isOwner = false }
            #expect(try await isIn())
            clock.advance(by: Ownership.lifetime)
            #expect(try await !isIn())
            #expect(try await keeper.entries(AuditQuestion()).map(\.words) == ["was logged out: does not own the bot any more"])
            // The session is over, whoever owns the bot.
            said.withLock { $0.isOwner = true }
            clock.advance(by: Ownership.lifetime)
            #expect(try await !isIn())
            #expect(said.withLock { $0.count } == 3)
        }
    }

    private struct Away: Error {}

    private struct Nobody: DiscordLogin {
        func address(redirect: String, state: String) async throws -> String { redirect }
        func person(code: String, redirect: String) async throws -> DiscordPerson? { nil }
    }

    @Test func `let nobody in twice by one link, nor by an old session`() async throws {
        let (pages, _) = try desk()
        keeper.offer("ticket")
        try await withConsole([pages]) { (ask: Asking) async throws -> Void in
            #expect(try await ask("GET", "/login?ticket=ticket").text.contains("good once"))
            #expect(try await ask("POST", "/login", [:], "ticket=guess").status == 403)
            // Without keeping the cookie, the way back to the login goes in a circle.
            _ = try? await ask("POST", "/login", [:], "ticket=ticket")
            #expect(try await ask("POST", "/login", [:], "ticket=ticket").status == 403)
            try await logIn()
            #expect(try await ask("GET", "/", cookie).text.contains("<nav>"))
            clock.advance(by: .seconds(101))
            let late = try await ask("GET", "/", cookie)
            #expect(!late.text.contains("<nav>"))
        }
    }

    @Test func `stand still for who guesses`() async throws {
        let (pages, _) = try desk()
        keeper.offer("ticket")
        try await withConsole([pages]) { (ask: Asking) async throws -> Void in
            for _ in 0..<20 { #expect(try await ask("POST", "/login", [:], "ticket=guess").status == 403) }
            #expect(try await ask("POST", "/login", [:], "ticket=ticket").status == 429)
        }
    }

    @Test func `show requests with what is known of them, and no word of what was asked`() async throws {
        let (pages, jobs) = try desk()
        try await logIn()
        for id in 1...3 as ClosedRange<UInt64> { _ = try await jobs.enqueue(job(id, queue: id == 3 ? "<b>" : "pocket"), at: clock.now()) }
        try await withConsole([pages]) { (ask: Asking) async throws -> Void in
            let overview = try await ask("GET", "/", cookie).text
            #expect(overview.contains("<dt>Waiting</dt><dd>3</dd>"))
            #expect(overview.contains("&lt;b&gt;") && !overview.contains("<b>"))
            let list = try await ask("GET", "/jobs?queue=pocket&state=available", cookie).text
            #expect(list.contains("/jobs/1\"") && list.contains("/jobs/2\"") && !list.contains("/jobs/3\""))
            #expect(try await ask("GET", "/jobs/2", cookie).text.contains("available"))
            #expect(try await ask("GET", "/jobs/99", cookie).status == 404)
            #expect(try await ask("GET", "/jobs/x'--", cookie).status == 404)
        }
    }

    @Test func `cancel a request only by their own form`() async throws {
        let (pages, jobs) = try desk()
        try await logIn()
        _ = try await jobs.enqueue(job(1), at: clock.now())
        try await withConsole([pages]) { (ask: Asking) async throws -> Void in
            #expect(try await ask("POST", "/jobs/1/cancel", cookie, "proof=wrong").status == 403)
            let elsewhere = cookie.merging(["Sec-Fetch-Site": "cross-site"]) { a, _ in a }
            #expect(try await ask("POST", "/jobs/1/cancel", elsewhere, "proof=\(session.proof)").status == 403)
            #expect(try await jobs.job(RequestID(1))?.state == .available)
            _ = try await ask("POST", "/jobs/1/cancel", cookie, "proof=\(session.proof)")
            #expect(try await jobs.job(RequestID(1))?.state == .cancelled)
        }
    }

    @Test func `make a failed request anew by their own form, and say why not`() async throws {
        let (pages, jobs) = try desk()
        try await logIn()
        for (id, user) in [(1, "5"), (2, "7"), (3, "5")] as [(UInt64, String)] {
            _ = try await jobs.enqueue(job(id, queue: id == 3 ? "idle" : "pocket", user: user), at: clock.now())
        }
        for claimed in try await jobs.claim(JobClaim(queues: ["pocket"], worker: "w", limit: 2), at: clock.now()) {
            let outcome = JobOutcome.failed(JobFailure(code: "test", message: "broken"), retryAt: nil)
            _ = try await jobs.settle(claimed.lease, as: outcome, at: clock.now(), answer: { _ in [] })
        }
        try await withConsole([pages]) { (ask: Asking) async throws -> Void in
            #expect(try await ask("GET", "/jobs/1", cookie).text.contains("Retry it"))
            #expect(try await !ask("GET", "/jobs/3", cookie).text.contains("Retry it"))
            #expect(try await ask("POST", "/jobs/1/retry", cookie, "proof=wrong").status == 403)
            let early = try await ask("POST", "/jobs/3/retry", cookie, "proof=\(session.proof)")
            #expect(early.status == 409 && early.text.contains("still waits or runs"))
            let poor = try await ask("POST", "/jobs/2/retry", cookie, "proof=\(session.proof)")
            #expect(poor.status == 409 && poor.text.contains("No &lt;credits&gt;.") && poor.text.contains("Retry it"))
            _ = try await ask("POST", "/jobs/1/retry", cookie, "proof=\(session.proof)")
            let page = try await ask("GET", "/jobs/1", cookie).text
            #expect(page.contains("/jobs/99\"") && !page.contains("Retry it"))
            // There is one: nothing more is done, and nothing noted.
            _ = try await ask("POST", "/jobs/1/retry", cookie, "proof=\(session.proof)")
            let noted = try await keeper.entries(AuditQuestion()).map(\.words)
            #expect(noted == ["asked for request 1 anew", "asked for request 2 anew"])
        }
    }

    @Test func `write down what is done here, and turn the log's pages`() async throws {
        let (pages, jobs) = try desk()
        try await logIn()
        _ = try await jobs.enqueue(job(1), at: clock.now())
        for _ in 0..<AuditQuestion.page {
            try await keeper.note(.settings, "<b>", by: 77, guild: 5, once: nil, at: clock.now())
        }
        try await withConsole([pages]) { (ask: Asking) async throws -> Void in
            _ = try await ask("POST", "/jobs/1/cancel", cookie, "proof=\(session.proof)")
            let page = try await ask("GET", "/audit?words=a%26+b&kind=requests", cookie).text
            #expect(page.contains("cancelled request 1") && page.contains("&lt;b&gt;") && !page.contains("<b>"))
            #expect(keeper.questions.last?.search == "a& b" && keeper.questions.last?.kind == .requests)
            let link = try #require(page.firstMatch(of: /\/audit\?words=a%26%20b&amp;kind=requests&amp;before=[0-9A-Za-z%]+/))
            _ = try await ask("GET", String(link.output).replacing("&amp;", with: "&"), cookie)
            // Of the two pages' entries, the last one shown was noted second.
            #expect(keeper.questions.last?.before?.text == "\(clock.now().millisecondsSinceEpoch)-console:1")
            // It had ended: nothing is done, and nothing noted.
            _ = try await ask("POST", "/jobs/1/cancel", cookie, "proof=\(session.proof)")
            #expect(try await keeper.entries(AuditQuestion(count: 100)).filter { $0.kind == .requests }.count == 1)
        }
    }

    @Test func `change a server's settings by their own form, and say why not`() async throws {
        let (pages, _) = try desk()
        try await logIn()
        try await withConsole([pages]) { (ask: Asking) async throws -> Void in
            #expect(try await ask("GET", "/servers", cookie).text.contains("&lt;b&gt;"))
            #expect(try await ask("POST", "/servers/5/limits", cookie, "pictures=3").status == 403)
            #expect(try await ask("POST", "/servers/5/other", cookie, "pictures=3&proof=\(session.proof)").status == 404)
            let refused = try await ask("POST", "/servers/5/limits", cookie, "pictures=x&proof=\(session.proof)")
            #expect(refused.status == 400 && refused.text.contains("No &lt;number&gt;."))
            #expect(try await keeper.entries(AuditQuestion()).isEmpty)
            let done = try await ask("POST", "/servers/5/limits", cookie, "pictures=3&more=4&proof=\(session.proof)")
            #expect(done.text.contains("limits [&quot;pictures&quot;: &quot;3&quot;]"))
            #expect(try await keeper.entries(AuditQuestion()).map(\.words) == ["Limits: pictures 3"])
            #expect(try await keeper.entries(AuditQuestion()).map(\.guild) == [5])
        }
    }

    @Test func `ask a model's servers and change its price by their own forms, and say why not`() async throws {
        let (pages, _) = try desk()
        try await logIn()
        let name = "name=%3Cb%3E+c"
        try await withConsole([pages]) { (ask: Asking) async throws -> Void in
            let list = try await ask("GET", "/models", cookie).text
            #expect(list.contains("&lt;b&gt; c") && list.contains("/models/one?name=%3Cb%3E%20c") && list.contains("5 credits"))
            #expect(try await ask("GET", "/models/one?name=%3Cb%3E%20c", cookie).text.contains("up to 4 pictures"))
            #expect(try await ask("GET", "/models/one?name=other", cookie).status == 404)
            for action in ["probe", "price"] { #expect(try await ask("POST", "/models/\(action)", cookie, name).status == 403) }
            let found = try await ask("POST", "/models/probe", cookie, "\(name)&proof=\(session.proof)").text
            #expect(found.contains("http://a") && found.contains("&lt;gone&gt;") && found.contains("not there"))
            let refused = try await ask("POST", "/models/price", cookie, "\(name)&credits=x&proof=\(session.proof)")
            #expect(refused.status == 400 && refused.text.contains("No &lt;number&gt;."))
            #expect(try await keeper.entries(AuditQuestion()).isEmpty)
            let done = try await ask("POST", "/models/price", cookie, "\(name)&credits=7&proof=\(session.proof)")
            #expect(done.status == 200 && done.text.contains("&lt;b&gt; c: 7"))
            #expect(try await keeper.entries(AuditQuestion()).map(\.words) == ["price of <b> c: 7"])
        }
    }

    @Test func `add a model by their own form, and give back what was written where it cannot be`() async throws {
        let (pages, _) = try desk()
        try await logIn()
        try await withConsole([pages]) { (ask: Asking) async throws -> Void in
            #expect(try await ask("GET", "/models/new", cookie).text.contains("&lt;e&gt;"))
            #expect(try await ask("POST", "/models/add", cookie, "name=a").status == 403)
            let refused = try await ask("POST", "/models/add", cookie, "name=x&model=%22b%22&more=a%0Ab&proof=\(session.proof)")
            #expect(refused.status == 400 && refused.text.contains("name: &lt;taken&gt;"))
            #expect(refused.text.contains("value=\"&quot;b&quot;\"") && refused.text.contains(">a\nb</textarea>"))
            #expect(try await keeper.entries(AuditQuestion()).isEmpty)
            _ = try await ask("POST", "/models/add", cookie, "name=a&kind=chat&engine=openai&url=+http://b&proof=\(session.proof)")
            #expect(keeper.forms.map { $0[.url] } == ["http://b"])
            #expect(try await keeper.entries(AuditQuestion()).map(\.words) == ["added the model a: chat by openai http://b"])
            // It stands in troupe.yaml.
            #expect(try await ask("POST", "/models/remove", cookie, "name=%3Cb%3E+c&proof=\(session.proof)").status == 404)
        }
    }

    @Test func `tell which processes live`() async throws {
        let (pages, _) = try desk()
        try await logIn()
        let now = clock.now()
        try await keeper.note(
            .init(
                name: "here", parts: ["bot", "runner"], models: ["pocket"], shards: [0, 1, 2, 5], version: "1", startedAt: now, seenAt: now)
        )
        try await withConsole([pages]) { (ask: Asking) async throws -> Void in
            let page = try await ask("GET", "/parts", cookie).text
            #expect(page.contains("lives") && page.contains("0–2, 5"))
            clock.advance(by: .seconds(20))
            #expect(try await ask("GET", "/parts", cookie).text.contains("silent for 20 s"))
        }
    }

    @Test func `may load nothing from elsewhere and may not be framed`() async throws {
        let (pages, _) = try desk()
        try await withConsole([pages]) { (ask: Asking) async throws -> Void in
            let policy = try await ask("GET", "/login").headers["content-security-policy"] ?? ""
            #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"))
            #expect(try await ask("GET", "/assets/console.css").headers["content-type"]?.hasPrefix("text/css") == true)
        }
    }

    @Test func `escape what strangers wrote`() {
        let name = #"<script>alert("x")</script>&'"#
        let html: HTML = "<p title=\"\(name)\">\(name)</p>"
        #expect(
            html.text
                == "<p title=\"&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;\">&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;</p>"
        )
    }
}
