import Credits
import Foundation
import Hummingbird
import Jobs
import Support

/// `/models`: what each model is, how fast it was lately and what it costs; `/models/one?name=…`: one of them, whose servers can be asked
/// and whose price can be changed.
struct ModelPages: ConsoleRoutes {
    let desk: ConsoleDesk

    func add(to router: Router<ConsoleContext>) {
        let group = router.signedIn(desk)
        group.get("models") { _, context in try await list(context).response() }
        group.get("models/one") { request, context in
            try await one(try await model(request.uri.queryParameters.get("name") ?? ""), context).response()
        }
        group.post("models/probe") { request, context -> Response in
            let model = try await model(try await context.form(of: request)["name"])
            return try await one(model, context, found: await desk.models.probe(model)).response()
        }
        group.post("models/price") { request, context -> Response in
            let form = try await context.form(of: request)
            let model = try await model(form["name"])
            guard model.price != nil else { throw Problem(.notFound, "Credits are switched off; TROUPE_CREDITS=on brings them.") }
            do {
                let done = try await desk.models.price(model, at: String(form["credits"].prefix(20)))
                try await desk.note(.credits, "price of \(done)", by: context.session)
                return try await one(try await self.model(model.name), context, done: done).response()
            } catch let error as any UserFacingError {
                return try await one(model, context, refused: error.userMessage).response(.badRequest)
            }
        }
    }

    private func model(_ name: String) async throws -> ModelLine {
        guard let model = try await desk.models.models().first(where: { $0.name == name }) else {
            throw Problem(.notFound, "There is no model of this name.")
        }
        return model
    }

    private func list(_ context: ConsoleContext) async throws -> ConsolePage {
        let models = try await desk.models.models()
        var content: [HTML] = []
        for kind in ModelLine.Kind.allCases {
            var rows: [[HTML]] = []
            for model in models where model.kind == kind { rows.append(try await row(model)) }
            guard !rows.isEmpty else { continue }
            let heads = ["Model", "Is", "Can", kind == .image ? "A picture takes" : "By", "A \(kind.unit) costs"]
            content.append("<h2>\(kind.title)</h2>\(Table(heads: heads, rows: rows, otherwise: "").html)")
        }
        content.append(
            """
            <p><a class="button" href="/models/new">Add a model</a></p>
            <p class="quiet">Models are named in <code>troupe.yaml</code> or added here; <code>troupe doctor</code> has each make something.</p>
            """)
        return ConsolePage(title: "Models", room: .models, session: context.session, content: HTML(content))
    }

    private func row(_ model: ModelLine) async throws -> [HTML] {
        [
            "<a href=\"\(ModelLine.path(model.name))\">\(model.name)</a>",
            "\(model.summary)", "\(model.abilities)", try await pace(model) ?? "\(model.engine)", Self.price(model),
        ]
    }

    private func one(
        _ model: ModelLine, _ context: ConsoleContext, found: [ModelFinding] = [], done: String? = nil, refused: String? = nil
    ) async throws -> ConsolePage {
        var facts: [(String, HTML)] = [
            ("Is", "\(model.summary)"), ("Can", "\(model.abilities)"), ("Engine", "\(model.engine)"),
            ("Servers", "\(model.addresses.isEmpty ? "none: the runners compute it" : model.addresses.joined(separator: ", "))"),
            ("A \(model.kind.unit) costs", Self.price(model)),
        ]
        if let pace = try await pace(model) { facts.append(("A picture takes", pace)) }
        let findings = found.map { finding -> HTML in
            """
            <li><span class="\(finding.isGood ? "good" : "bad")">\(finding.isGood ? "there" : "not there")</span> <code>\(finding.asked)</code> \(finding.words)</li>
            """
        }
        let content: HTML = """
            \(ConsolePage.said(done: done, refused: refused))
            <dl class="facts">\(facts.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" as HTML })</dl>
            <h2>Is it there?</h2>
            \(findings.isEmpty ? "" : "<ul role=\"status\">\(findings)</ul>" as HTML)
            \(Self.form("probe", model, context, "<button>Ask its servers</button>"))
            \(price(model, context))
            \(try await added(model, context))
            """
        return ConsolePage(title: model.name, room: .models, session: context.session, content: content)
    }

    private func price(_ model: ModelLine, _ context: ConsoleContext) -> HTML {
        guard let price = model.price else { return .nothing }
        return """
            <h2>Price</h2>
            <p class="quiet">Holds within seconds, for what is asked from then on. 0 is free; left empty, it is as in <code>troupe.yaml</code>.</p>
            \(Self.form(
                "price", model, context,
                """
                <label>Credits a \(model.kind.unit) <input name="credits" inputmode="numeric" maxlength="10" value="\(price)"></label><button>Save</button>
                """))
            """
    }

    /// Of what was added here: who is without it still, and its way out.
    private func added(_ model: ModelLine, _ context: ConsoleContext) async throws -> HTML {
        guard let addedAt = model.addedAt else { return .nothing }
        let now = desk.clock.now()
        let without = try await desk.processes.processes(seenSince: now - ProcessRecord.silence).filter { $0.startedAt <= addedAt }
        let names = without.map { "\($0.name) (\($0.parts.joined(separator: ", ")))" }
        return """
            <h2>From this page</h2>
            <p>Added \(Words.ago(addedAt, now)). \(names.isEmpty
                ? "Every process that lives knows it."
                : "These know it once they are started again: \(names.joined(separator: "; ")).") \
            Taken away, it is known to a process until that is started again.</p>
            \(Self.form("remove", model, context, "<button class=\"bad\">Take it away</button>"))
            """
    }

    private static func form(_ action: String, _ model: ModelLine, _ context: ConsoleContext, _ fields: HTML) -> HTML {
        """
        <form class="filter" method="post" action="/models/\(action)">\(context.session?.field ?? "")
        <input type="hidden" name="name" value="\(model.name)">\(fields)</form>
        """
    }

    private static func price(_ model: ModelLine) -> HTML {
        switch model.price {
        case nil: "nothing: credits are off"
        case 0?: "nothing"
        case let price?: "\(CreditAmount(price))"
        }
    }

    private func pace(_ model: ModelLine) async throws -> HTML? {
        guard let pace = model.pace else { return nil }
        let spans = try await desk.jobs.recentDurations(queue: pace.queue, limit: 50).sorted()
        return spans.isEmpty ? "about \(Words.span(pace.expected)) (a guess)" : "\(Words.span(spans[spans.count / 2]))"
    }
}
