import Console
import Foundation
import Logging
import PostgresTestServer
import Storage
import Support
import Testing

@testable import App

@Suite("A model added at the console", .timeLimit(.minutes(10)))
struct AddedModelTests {
    private let start = Timestamp(millisecondsSinceEpoch: 1_750_000_000_000)
    private let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    private let form: [ModelField: String] = [
        .name: "second", .kind: "image", .engine: "openai", .url: "http://127.0.0.1:9 http://127.0.0.1:10", .model: "2",
        .summary: "yes: \"no\" #1", .key: "IMAGES_KEY", .more: "sizes: [512x512]\nprice: 3",
    ]

    @Test("Is what the form says, and its key is read where it is used and stands nowhere else")
    func whole() throws {
        let entry = try ModelEntry(form)
        #expect(entry.text.contains("${IMAGES_KEY}"))
        let read = try YAMLDocument.model(entry.text, environment: ["IMAGES_KEY": "sk-1"])
        #expect(read.name == "second" && read.kind == .image && read.model == "2" && read.summary == "yes: \"no\" #1" && read.price == 3)
        #expect(read.urls.map(\.description) == ["http://127.0.0.1:9", "http://127.0.0.1:10"])
        #expect(read.key?.reveal() == "sk-1" && read.pictures.sizes?.map(\.description) == ["512x512"])
        #expect(throws: SettingsError.self) { try YAMLDocument.model(entry.text, environment: [:]) }
    }

    @Test(
        "Is refused with the name of the field that cannot be",
        arguments: [
            ([.name: ""], "name"), ([.name: "two words"], "name"), ([.kind: "clone"], "kind"), ([.engine: "abacus"], "abacus"),
            ([.url: "ftp://x"], "url"), ([.url: "http://a${HOME}"], "Only the key"), ([.key: "sk-123"], "key: write the name"),
            ([.key: "DISCORD_KEY"], "key: write the name"), ([.key: "DISCORD_TOKEN"], "key: write the name"),
            ([.key: "/etc/shadow_key"], "key: write the name"), ([.key: "/run/secrets/../a_key"], "key: write the name"),
            ([.more: "key: sk-123"], "never the key itself"), ([.more: "model: other"], "model stands in the form"),
            ([.more: "price: -1"], "price"), ([.more: "colour: red"], "colour"), ([.more: "just words"], "a key, a colon"),
            ([.more: "a: ["], "cannot be read"),
        ] as [([ModelField: String], String)])
    func refused(change: [ModelField: String], words: String) {
        let error = #expect(throws: ModelEntry.Problem.self) { try ModelEntry(form.merging(change) { $1 }) }
        #expect(error?.userMessage.contains(words) == true, "\(error?.userMessage ?? "")")
    }

    @Test("Is kept once under its name until it is taken away", arguments: TestEngine.allCases)
    func kept(_ engine: TestEngine) async throws {
        let tables = AppTables(database: try TestDatabase(engine).open(Foundations.schemas, at: start))
        let model = AddedModel(name: "second", entry: "a", addedAt: start)
        #expect(try await tables.add(model))
        #expect(try await !tables.add(AddedModel(name: "second", entry: "b", addedAt: start + .seconds(1))))
        #expect(try await tables.addedModels() == [model])
        #expect(try await tables.removeModel(named: "second"))
        #expect(try await !tables.removeModel(named: "second"))
        #expect(try await tables.addedModels().isEmpty)
    }

    @Test("Is left out, and nothing else, where it cannot be used: without its key, beside another of its name, of an engine that is gone")
    func left() throws {
        var settings = Settings()
        settings.variables = ["IMAGES_KEY": Secret("sk-1")]
        func added(_ name: String, _ change: [ModelField: String] = [:]) throws -> AddedModel {
            AddedModel(name: name, entry: try ModelEntry(form.merging([.name: name]) { $1 }.merging(change) { $1 }).text, addedAt: start)
        }
        var gone = try added("gone")
        gone.entry = gone.entry.replacing("openai", with: "abacus")
        let all = settings.adding(
            [
                try added("lonely", [.key: "OTHER_KEY"]), try added("pocket"), gone, try added("good"),
                AddedModel(name: "no", entry: "[", addedAt: start),
            ],
            logger: quiet)
        #expect(all.models.map(\.name) == Settings().models.map(\.name) + ["good"])
        #expect(all.models.map(\.addedAt) == Settings().models.map { _ in nil } + [start])
    }

    @Test("Has a key that lies in a file by itself, as troupe.yaml may have too")
    func file() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID())_key")
        try Data(" sk-2 \n".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let text = "{name: a, kind: image, engine: openai, model: b, key: '${file:\(file.path())}'}"
        #expect(try YAMLDocument.model(text, environment: [:]).key?.reveal() == "sk-2")
        #expect(throws: SettingsError.self) { try YAMLDocument.model(text.replacing("_key", with: "_none"), environment: [:]) }
        #expect(try ModelEntry(form.merging([.key: "/run/secrets/images_key"]) { $1 }).text.contains("${file:/run/secrets/images_key}"))
    }
}
