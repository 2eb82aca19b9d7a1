import Hummingbird
import Support

/// `/servers`: those on which something was set; `/servers/ID`: one server's settings, as forms.
struct ServerPages: ConsoleRoutes {
    let desk: ConsoleDesk

    func add(to router: Router<ConsoleContext>) {
        let group = router.signedIn(desk)
        group.get("servers") { request, context -> Response in
            if let id = request.uri.queryParameters.get("id").flatMap({ UInt64($0) }) { return .see("/servers/\(id)") }
            return try await list(context).response()
        }
        group.get("servers/:id") { _, context in try await one(try Self.id(context), context).response() }
        group.post("servers/:id/:form") { request, context -> Response in
            let form = try await context.form(of: request)
            let id = try Self.id(context)
            guard let wanted = try await desk.servers.forms(of: id).first(where: { $0.name == context.parameters.get("form") }) else {
                throw Problem(.notFound, "There is no such form.")
            }
            let fields = Dictionary(uniqueKeysWithValues: wanted.fields.map { ($0.name, String(form[$0.name].prefix(200))) })
            let said = wanted.fields.map {
                "\($0.title.lowercased()) \(fields[$0.name, default: ""].isEmpty ? "as usual" : fields[$0.name, default: ""])"
            }
            do {
                let done = try await desk.servers.change(wanted.name, of: id, to: fields)
                try await desk.note(
                    .settings, "\(wanted.title): \(said.joined(separator: ", "))", by: context.session, guild: id)
                return try await one(id, context, done: done).response()
            } catch let error as any UserFacingError {
                return try await one(id, context, refused: error.userMessage).response(.badRequest)
            }
        }
    }

    private static func id(_ context: ConsoleContext) throws -> UInt64 {
        guard let id = context.parameters.get("id").flatMap({ UInt64($0) }), (1...UInt64(Int64.max)).contains(id) else {
            throw Problem(.notFound, "That is no server's id.")
        }
        return id
    }

    private func list(_ context: ConsoleContext) async throws -> ConsolePage {
        let now = desk.clock.now()
        let rows = try await desk.servers.servers(limit: 50).map { server -> [HTML] in
            [
                "<a href=\"/servers/\(server.id)\">\(server.name ?? String(server.id))</a>", "\(server.id)",
                "\(Words.ago(server.changedAt, now))",
            ]
        }
        let content: HTML = """
            <form class="filter"><label>Server id <input name="id" inputmode="numeric" pattern="[0-9]{1,20}" required></label><button>Show</button></form>
            \(Table(heads: ["Server", "Id", "Changed"], rows: rows, otherwise: "Nothing was set on any server yet.").html)
            """
        return ConsolePage(title: "Servers", room: .servers, session: context.session, content: content)
    }

    private func one(_ id: UInt64, _ context: ConsoleContext, done: String? = nil, refused: String? = nil) async throws -> ConsolePage {
        let forms = try await desk.servers.forms(of: id).map { Self.form($0, of: id, context) }
        let facts = try await desk.servers.facts(of: id).map { "<div><dt>\($0.name)</dt><dd>\($0.value)</dd></div>" as HTML }
        let content: HTML = """
            \(ConsolePage.said(done: done, refused: refused))
            <p class="quiet">What is left empty is as everywhere. A change holds within half a minute.</p>
            \(forms)
            <h2>Set in Discord</h2>
            <dl class="facts">\(facts)</dl>
            <p><a href="/audit?words=\(id)">Who changed what</a></p>
            """
        let name = await desk.servers.name(of: id)
        return ConsolePage(title: name ?? "Server \(id)", room: .servers, session: context.session, content: content)
    }

    private static func form(_ form: ServerForm, of id: UInt64, _ context: ConsoleContext) -> HTML {
        let fields = form.fields.map { field -> HTML in
            guard let choices = field.choices else {
                return "<label>\(field.title) <input name=\"\(field.name)\" maxlength=\"100\" value=\"\(field.value)\"></label>"
            }
            // A value that cannot be picked any more stays to be seen.
            let all = field.value.isEmpty || choices.contains(field.value) ? choices : choices + [field.value]
            let options = all.map { choice -> HTML in
                "<option value=\"\(choice)\"\(choice == field.value ? " selected" as HTML : "")>\(choice)</option>"
            }
            return "<label>\(field.title) <select name=\"\(field.name)\"><option value=\"\"></option>\(options)</select></label>"
        }
        return """
            <h2>\(form.title)</h2>
            <form class="filter" method="post" action="/servers/\(id)/\(form.name)" aria-label="\(form.title)">\(context.session?.field ?? "")
            \(fields)<button>Save</button></form>
            """
    }
}
