import Hummingbird
import Jobs
import Support

/// `/jobs`: all requests, the newest first, by queue, state and person; `/jobs/ID`: one of them, which can be cancelled, or made
/// anew if it failed.
///
/// What people asked for is not shown: that is between them and the model.
struct JobPages: ConsoleRoutes {
    let desk: ConsoleDesk

    func add(to router: Router<ConsoleContext>) {
        let group = router.signedIn(desk)
        group.get("jobs") { request, context in try await list(request, context).response() }
        group.get("jobs/:id") { _, context in try await one(try await job(context), context).response() }
        group.post("jobs/:id/cancel") { request, context -> Response in
            _ = try await context.form(of: request)
            let job = try await job(context)
            if !job.state.isFinal { try await desk.note(.requests, "cancelled request \(job.requestID)", by: context.session) }
            _ = try await desk.jobs.cancel(job.requestID, at: desk.clock.now(), answer: desk.answer)
            return .see("/jobs/\(job.requestID)")
        }
        group.post("jobs/:id/retry") { request, context -> Response in
            _ = try await context.form(of: request)
            let job = try await job(context)
            if let made = try await desk.retries.retry(of: job.requestID) { return .see("/jobs/\(made)") }
            guard try await desk.jobs.hasFailed(job) else {
                return try await one(job, context, refused: Self.whyNot(job)).response(.conflict)
            }
            try await desk.note(.requests, "asked for request \(job.requestID) anew", by: context.session)
            do { return .see("/jobs/\(try await desk.retries.retry(job))") } catch let error as any UserFacingError {
                return try await one(job, context, refused: error.userMessage).response(.conflict)
            }
        }
    }

    /// Of what has not failed.
    private static func whyNot(_ job: Job) -> String {
        switch job.state {
        case .completed: "This request was answered; there is nothing to make up for."
        case .cancelled: "This request was cancelled. Who asked can ask again."
        default: "This request still waits or runs. Cancel it first, or wait."
        }
    }

    private func job(_ context: ConsoleContext) async throws -> Job {
        guard let id = context.parameters.get("id").flatMap({ RequestID($0) }), let job = try await desk.jobs.job(id) else {
            throw Problem(.notFound, "There is no such job, or it is no longer kept.")
        }
        return job
    }

    private func list(_ request: Request, _ context: ConsoleContext) async throws -> ConsolePage {
        let query = request.uri.queryParameters
        let filter = JobFilter(
            state: query.get("state").flatMap(JobState.init(rawValue:)), queue: Self.word(query.get("queue")),
            user: Self.word(query.get("user")), before: query.get("before").flatMap { Int64($0) })
        let now = desk.clock.now()
        let jobs = try await desk.directory.jobs(matching: filter)
        let rows = jobs.map { job -> [HTML] in
            [
                "<a href=\"/jobs/\(job.requestID)\">\(job.requestID)</a>", "\(job.kind)", "\(job.queue)", Self.state(job),
                "\(job.user ?? "–")", "\(Words.ago(job.createdAt, now))", "\(job.finishedAt.map { Words.span($0 - job.createdAt) } ?? "–")",
            ]
        }
        let options = JobState.allCases.map { state -> HTML in
            "<option value=\"\(state.rawValue)\"\(state == filter.state ? " selected" as HTML : "")>\(state.rawValue)</option>"
        }
        let more: HTML =
            jobs.count < filter.count || jobs.isEmpty
            ? ""
            : """
            <p><a href="/jobs?state=\(filter.state?.rawValue ?? "")&amp;queue=\(filter.queue ?? "")&amp;user=\(filter.user ?? "")&amp;before=\(jobs[jobs.count - 1].id)">Older</a></p>
            """
        let content: HTML = """
            <form class="filter">
            <label>State <select name="state"><option value="">any</option>\(options)</select></label>
            <label>Queue <input name="queue" value="\(filter.queue ?? "")"></label>
            <label>Person <input name="user" inputmode="numeric" value="\(filter.user ?? "")"></label>
            <button>Show</button>
            </form>
            \(Table(heads: ["Request", "Kind", "Queue", "State", "Person", "Asked", "Took"], rows: rows, otherwise: "No such jobs.").html)
            \(more)
            """
        return ConsolePage(title: "Jobs", room: .jobs, session: context.session, isLive: filter.before == nil, content: content)
    }

    private func one(_ job: Job, _ context: ConsoleContext, refused: String? = nil) async throws -> ConsolePage {
        let now = desk.clock.now()
        let deliveries = try await desk.jobs.deliveries(of: job.requestID)
        var facts: [(String, HTML)] = [
            ("State", Self.state(job)), ("Kind", "\(job.kind)"), ("Queue", "\(job.queue)"), ("Units", "\(job.cost)"),
            ("Person", job.user.map { "<a href=\"/people?id=\($0)\">\($0)</a>" } ?? "–"), ("Server", "\(job.guild ?? "–")"),
            ("Asked", "\(Words.ago(job.createdAt, now))"), ("Attempts", "\(job.attempt) of \(job.maxAttempts)"),
        ]
        if let worker = job.worker { facts.append(("Runs on", "\(worker)")) }
        if job.state == .running { facts.append(("Progress", "\(Int(job.progress * 100)) %")) }
        if let end = job.finishedAt { facts.append(("Took", "\(Words.span(end - job.createdAt))")) }
        let failures = job.failures.map { "<li><code>\($0.code)</code> \($0.message)</li>" as HTML }
        let said = deliveries.map { delivery -> [HTML] in
            [
                "\(delivery.kind.rawValue)", "\(delivery.state.rawValue)", "\(delivery.attempt)",
                "\(delivery.finishedAt.map { Words.ago($0, now) } ?? "–")", "\(delivery.reason ?? "")",
            ]
        }
        let cancel: HTML =
            job.state.isFinal
            ? ""
            : """
            <form method="post" action="/jobs/\(job.requestID)/cancel">\(context.session?.field ?? "")<button class="bad">Cancel it</button></form>
            """
        let content: HTML = """
            \(ConsolePage.said(refused: refused))
            <dl class="facts">\(facts.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" as HTML })</dl>
            \(cancel)\(try await retry(job, context))
            \(failures.isEmpty ? "" : "<h2>Failures</h2><ul>\(failures)</ul>" as HTML)
            <h2>Said</h2>
            \(Table(heads: ["What", "State", "Tries", "When", "Why not"], rows: said, otherwise: "Nothing yet.").html)
            """
        return ConsolePage(
            title: "Request \(job.requestID)", room: .jobs, session: context.session, isLive: !job.state.isFinal, content: content)
    }

    /// Leads to what was made of a failed request, or makes it.
    private func retry(_ job: Job, _ context: ConsoleContext) async throws -> HTML {
        if let made = try await desk.retries.retry(of: job.requestID) {
            return "<p>Made anew as request <a href=\"/jobs/\(made)\">\(made)</a>.</p>"
        }
        guard try await desk.jobs.hasFailed(job) else { return .nothing }
        return """
            <form method="post" action="/jobs/\(job.requestID)/retry">\(context.session?.field ?? "")<button>Retry it</button></form>
            <p class="quiet">A new request of the same person, under the rules and at the price of now, answered by a message in the same place.</p>
            """
    }

    private static func word(_ text: String?) -> String? { text.flatMap { $0.isEmpty || $0.utf8.count > 100 ? nil : $0 } }

    private static func state(_ job: Job) -> HTML {
        let mood = job.state == .discarded ? "bad" : job.state == .completed ? "good" : "quiet"
        return "<span class=\"\(mood)\">\(job.state.rawValue)</span>"
    }
}
