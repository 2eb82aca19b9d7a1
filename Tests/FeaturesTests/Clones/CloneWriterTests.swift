import Inference
import Logging
import Memory
import Storage
import Support
import Synchronization
import Testing

@testable import Features

/// Says what it was told to, and remembers what it was asked.
private final class ScriptedBase: AdaptedModel {
    let name = "base"
    let lines: [String]
    let asked = Mutex<[(adapter: String, message: String?)]>([])

    init(_ lines: [String]) { self.lines = lines }

    func base() async throws -> String { "gpt2 1" }

    func write(_ request: AdaptedRequest) async throws -> [String] {
        guard let files = try await request.files() else { throw ModelError(.invalidRequest, model: name, details: "gone") }
        #expect(files.settings == [1] && files.weights == [2])
        asked.withLock { $0.append((request.adapter ?? "none", request.message)) }
        return request.options.indices.map { lines[$0 % lines.count] }
    }
}

@Suite("A trained clone")
struct CloneWriterTests {
    private func bench(
        _ base: ScriptedBase, mayTrain: Bool = true, learntOn: String = "gpt2 1"
    ) async throws -> (writer: CloneWriter, clone: Clone) {
        let now = Timestamp(millisecondsSinceEpoch: 1_000)
        let store = CloneStore(try Database(.sqliteMemory, schemas: [MemorySchema.schema], at: now))
        func allow(_ mayTrain: Bool) async throws -> Clone {
            try #require(
                try await store.allow(
                    PersonKey(1), in: GuildKey(2), name: "Pirl", words: "Yes, go on.", by: .person, mayTrain: mayTrain, at: now))
        }
        let clone = try await allow(true)
        let examples = [CloneExample(content: "arr kettle arr", answers: "what?"), CloneExample(content: "the kettle be hot tonight arr")]
        _ = try await store.teach(examples, to: clone.id, at: now)
        let adapter = CloneAdapter(base: learntOn, settings: [1], weights: [2], examples: 2, loss: nil, trainedAt: now)
        #expect(try await store.keep(adapter, of: clone.id))
        let writer = ClonesFeature.writer(
            clones: store, models: TextModelCatalog([]), adapted: base, randomness: { 7 }, logger: Logger(label: "test"))
        return (writer, mayTrain ? clone : try await allow(false))
    }

    @Test func `speaks with what was learnt of them`() async throws {
        let base = ScriptedBase(["shiver me timbers"])
        let (writer, clone) = try await bench(base)
        #expect(try await writer.line(of: clone, to: "how is the sea?", by: "Ada") == "shiver me timbers")
        let asked = base.asked.withLock { $0 }
        #expect(asked.count == 1 && asked[0].message == "how is the sea?" && asked[0].adapter == "\(clone.id) 1000")
    }

    @Test func `says nothing that it learnt by heart, and speaks as untrained ones do instead`() async throws {
        let text = "one two three four five six seven eight nine ten"
        let (writer, clone) = try await bench(ScriptedBase([text, "..."]))
        _ = try await writer.clones.teach([CloneExample(content: text)], to: clone.id, at: Timestamp(millisecondsSinceEpoch: 2_000))
        let again = try #require(try await writer.clones.clone(clone.id))
        #expect(try await writer.line(of: again, to: "hm?", by: "Ada") != text)
    }

    @Test func `is not asked where the word for training was taken back, or the base is another`() async throws {
        let base = ScriptedBase(["never said"])
        for (mayTrain, learntOn) in [(false, "gpt2 1"), (true, "gpt2 of another kind")] {
            let (writer, clone) = try await bench(base, mayTrain: mayTrain, learntOn: learntOn)
            #expect(try await writer.line(of: clone, to: "hm?", by: "Ada") != "never said")
        }
        #expect(base.asked.withLock { $0.isEmpty })
    }
}
