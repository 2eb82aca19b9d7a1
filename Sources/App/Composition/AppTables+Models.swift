import Logging
import Storage
import Support

/// A model that was added at the console.
struct AddedModel: Sendable, Hashable {
    var name: String
    /// As it would stand in troupe.yaml. Holds no key, only the name of one.
    var entry: String
    var addedAt: Timestamp
}

/// What was added at the console stands here, since troupe.yaml is its owner's.
extension AppTables {
    static let modelTables = Schema.Migration(
        8, "added models",
        [
            """
            CREATE TABLE added_models (
                name {text} NOT NULL PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 100),
                entry {text} NOT NULL CHECK (length(entry) <= 16384), added_at {integer} NOT NULL
            ){strict}
            """
        ])

    func addedModels() async throws -> [AddedModel] {
        try await database.read { tx in
            try tx.rows("SELECT name, entry, added_at FROM added_models ORDER BY added_at, name").map {
                AddedModel(name: try $0.get("name"), entry: try $0.get("entry"), addedAt: try $0.get("added_at"))
            }
        }
    }

    /// - Returns: false where there is one of this name.
    func add(_ model: AddedModel) async throws -> Bool {
        try await database.write { tx in
            try tx.execute(
                "INSERT INTO added_models (name, entry, added_at) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING", model.name, model.entry,
                model.addedAt) == 1
        }
    }

    func removeModel(named name: String) async throws -> Bool {
        try await database.write { tx in try tx.execute("DELETE FROM added_models WHERE name = ?", name) == 1 }
    }
}

extension Settings {
    /// With these models too. One that cannot be used is told and left out: what was done at a page must not keep a process from starting.
    func adding(_ added: [AddedModel], logger: Logger) -> Settings {
        var settings = self
        for model in added {
            do { settings.models.append(try ModelShelf.usable(model, beside: settings)) } catch {
                logger.error(
                    "a model that was added at the console is left out", metadata: ["model": "\(model.name)", "error": "\(error)"])
            }
        }
        return settings
    }
}
