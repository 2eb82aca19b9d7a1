import Credits
import Hummingbird
import Jobs
import Support

/// `/people`: who has how many credits; `/people?id=…`: one person's credits and requests, and a gift for them.
struct PeoplePages: ConsoleRoutes {
    let desk: ConsoleDesk

    func add(to router: Router<ConsoleContext>) {
        let group = router.signedIn(desk)
        group.get("people") { request, context -> Response in
            guard let id = request.uri.queryParameters.get("id").flatMap({ UInt64($0) }) else { return try await all(context) }
            return try await one(id, context)
        }
        group.post("people/:id/grant") { request, context -> Response in
            let form = try await context.form(of: request)
            guard let ledger = desk.ledger else { throw Problem(.notFound, "Credits are switched off; TROUPE_CREDITS=on brings them.") }
            guard let id = context.parameters.get("id").flatMap({ UInt64($0) }) else { throw Problem(.notFound, "That is no person's id.") }
            guard let amount = Int64(form["amount"]), (1...1_000_000).contains(amount) else {
                throw Problem(.badRequest, "A grant is 1 to 1000000 credits, in whole numbers.", field: "amount")
            }
            // The page's own key: sending the form again grants nothing more.
            let transfer = try TransferID("console:\(id):\(form["key"].prefix(40).filter { $0.isASCII && ($0.isLetter || $0.isNumber) })")
            try await desk.note(
                .credits, "granted \(amount) credits to \(id)", by: context.session, once: transfer.description)
            try await ledger.grant(
                id: transfer, to: .user(id), amount: CreditAmount(amount), reason: CreditReason(.grant, "by the console"),
                at: desk.clock.now())
            return .see("/people?id=\(id)")
        }
    }

    private func all(_ context: ConsoleContext) async throws -> Response {
        let search: HTML = """
            <form class="filter"><label>Discord id <input name="id" inputmode="numeric" pattern="[0-9]{1,20}" required></label><button>Show</button></form>
            """
        guard let ledger = desk.ledger else {
            return ConsolePage(
                title: "People", room: .people, session: context.session,
                content: "\(search)<p class=\"quiet\">Credits are switched off; <code>TROUPE_CREDITS=on</code> brings them.</p>"
            ).response()
        }
        let rows = try await ledger.accounts(limit: 100).map { account, balance -> [HTML] in
            let name: HTML = if case .user(let id) = account { "<a href=\"/people?id=\(id)\">\(id)</a>" } else { "\(account)" }
            return [name, "\(balance.available.value)", "\(balance.held.value)"]
        }
        let table = Table(heads: ["Account", "Credits", "Held"], rows: rows, otherwise: "Nobody has credits yet.").html
        return ConsolePage(title: "People", room: .people, session: context.session, content: "\(search)\(table)").response()
    }

    private func one(_ id: UInt64, _ context: ConsoleContext) async throws -> Response {
        let now = desk.clock.now()
        let jobs = try await desk.directory.jobs(matching: JobFilter(user: "\(id)", count: 20))
        let rows = jobs.map { job -> [HTML] in
            [
                "<a href=\"/jobs/\(job.requestID)\">\(job.requestID)</a>", "\(job.queue)", "\(job.state.rawValue)",
                "\(Words.ago(job.createdAt, now))",
            ]
        }
        let content: HTML = """
            \(try await credits(id, context, now))
            <h2>Requests</h2>
            \(Table(heads: ["Request", "Queue", "State", "Asked"], rows: rows, otherwise: "None is kept.").html)
            """
        return ConsolePage(title: "Person \(id)", room: .people, session: context.session, content: content).response()
    }

    private func credits(_ id: UInt64, _ context: ConsoleContext, _ now: Timestamp) async throws -> HTML {
        guard let ledger = desk.ledger else { return "" }
        let balance = try await ledger.balance(of: .user(id))
        let rows = try await ledger.movements(of: .user(id), limit: 20).map { movement -> [HTML] in
            [
                "\(movement.change.value > 0 ? "+" : "")\(movement.change.value)", "\(movement.transfer.reason.code.rawValue)",
                "\(movement.balance.value)", "\(Words.ago(movement.transfer.createdAt, now))",
            ]
        }
        let key = String(desk.randomness(), radix: 36)
        return """
            <p class="large">\(balance.available.value) credits\(balance.held.value > 0 ? ", \(balance.held.value) held" as HTML : "")</p>
            <form class="filter" method="post" action="/people/\(id)/grant">\(context.session?.field ?? "")
            <input type="hidden" name="key" value="\(key)">
            <label>Grant <input name="amount" inputmode="numeric" pattern="[0-9]{1,7}" required></label><button>Grant</button></form>
            \(Table(heads: ["Change", "Why", "Then had", "When"], rows: rows, otherwise: "No movements yet.").html)
            """
    }
}
