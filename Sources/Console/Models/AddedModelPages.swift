import Foundation
import Hummingbird
import Support

/// `/models/new`: adds a model; what was added here can be taken away here.
///
/// It stands in the database, over what troupe.yaml says, and is there for every process that starts from then on: which of those
/// that live are without it is told on its page.
struct AddedModelPages: ConsoleRoutes {
    let desk: ConsoleDesk

    func add(to router: Router<ConsoleContext>) {
        let group = router.signedIn(desk)
        group.get("models/new") { _, context in form(context).response() }
        group.post("models/add") { request, context -> Response in
            let posted = try await context.form(of: request)
            let fields = Dictionary(
                uniqueKeysWithValues: ModelField.allCases.map { field in
                    (field, posted[field.rawValue].trimmingCharacters(in: .whitespacesAndNewlines))
                })
            do { try await desk.models.add(fields) } catch let error as any UserFacingError {
                return form(context, fields, refused: error.userMessage).response(.badRequest)
            }
            let name = fields[.name] ?? ""
            try await desk.note(
                .settings, "added the model \(name): \(fields[.kind] ?? "") by \(fields[.engine] ?? "") \(fields[.url] ?? "")",
                by: context.session)
            return .see(ModelLine.path(name))
        }
        group.post("models/remove") { request, context -> Response in
            let name = try await context.form(of: request)["name"]
            guard let model = try await desk.models.models().first(where: { $0.name == name }), model.addedAt != nil else {
                throw Problem(.notFound, "No model of this name was added here.")
            }
            try await desk.note(.settings, "took away the model \(name)", by: context.session)
            try await desk.models.remove(model)
            return .see("/models")
        }
    }

    private func form(_ context: ConsoleContext, _ fields: [ModelField: String] = [:], refused: String? = nil) -> ConsolePage {
        func input(_ field: ModelField, _ title: String, _ more: HTML = "") -> HTML {
            "<label>\(title) <input name=\"\(field.rawValue)\" maxlength=\"500\" value=\"\(fields[field] ?? "")\" \(more)></label>"
        }
        func choice(_ field: ModelField, _ title: String, _ choices: [(String, String)]) -> HTML {
            let options = choices.map { value, words -> HTML in
                "<option value=\"\(value)\"\(value == fields[field] ? " selected" as HTML : "")>\(words)</option>"
            }
            return "<label>\(title) <select name=\"\(field.rawValue)\">\(options)</select></label>"
        }
        let content: HTML = """
            \(ConsolePage.said(refused: refused))
            <p class="quiet">It is there for bots, runners and consoles that start from then on. Where they all are without it, ask its servers first.</p>
            <form class="filter" method="post" action="/models/add" aria-label="Add a model">\(context.session?.field ?? "")
            \(input(.name, "Name", "required"))
            \(choice(.kind, "Makes", ModelLine.Kind.allCases.map { ($0.rawValue, $0.title) }))
            \(choice(.engine, "Engine", desk.models.engines.map { ($0, $0) }))
            \(input(.url, "Address of its server", "inputmode=\"url\""))
            \(input(.model, "Its name there"))
            \(input(.summary, "In a line"))
            \(input(.key, "Key: the variable …_KEY or file that holds it"))
            <label>Other settings, as in troupe.yaml <textarea name="more" rows="4" maxlength="4000">\(fields[.more] ?? "")</textarea></label>
            <button>Add it</button></form>
            """
        return ConsolePage(title: "Add a model", room: .models, session: context.session, content: content)
    }
}

extension ModelLine {
    /// The page of a model.
    static func path(_ name: String) -> String {
        "/models/one?name=\(name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
    }
}
