// `DalleMini.generate` as its callers meet it: seeds, progress, cancellation, refusals.
import CKernels
import Testing

@testable import Neural

@Suite("A request for pictures")
struct GenerationTests {
    private let fixture = PainterFixture.all[0]
    private let settings = DalleMini.Settings(conditionScale: 3, topK: 20, temperature: 1.5)

    @Test("gives the same pictures for the same seed, others for another, and no picture depends on the count")
    func seeds() throws {
        let model = try fixture.load()
        let three = try model.generate(prompt: "a red circle", count: 3, seed: 5, settings: settings)
        #expect(try model.generate(prompt: "a red circle", count: 3, seed: 5, settings: settings) == three)
        #expect(try model.generate(prompt: "a red circle", count: 1, seed: 5, settings: settings) == Array(three[..<1]))
        #expect(try model.generate(prompt: "a red circle", count: 9, seed: 5, settings: settings).prefix(3) == three[...])
        #expect(try model.generate(prompt: "a red circle", count: 1, seed: 7, settings: settings)[0] == three[2])
        #expect(Set(three.map(\.tokens)).count == 3)
        #expect(try model.generate(prompt: "a red circle", count: 3, seed: 6, settings: settings) != three)
    }

    @Test("has pictures of the promised size")
    func size() throws {
        let model = try fixture.load()
        let picture = try model.generate(prompt: "", count: 1, seed: 1)[0]
        #expect((picture.width, picture.height) == (8, 8))
        #expect(picture.rgb.count == 8 * 8 * 3)
        #expect(Set(picture.rgb).count > 1)
    }

    @Test("gives the same tokens on one thread as on three")
    func threads() throws {
        let three = try fixture.load(threads: 3).generate(prompt: "a red circle", count: 2, seed: 5, settings: settings)
        #expect(try fixture.load(threads: 1).generate(prompt: "a red circle", count: 2, seed: 5, settings: settings) == three)
    }

    @Test("is painted alike by every level of the kernels", arguments: PainterFixture.all)
    func levels(fixture: PainterFixture) throws {
        let prompt = try fixture.expected().prompt
        let reference = try fixture.load(level: Int32(CK_REFERENCE)).generate(prompt: prompt, count: 2, seed: 5)
        for level in Int32(CK_VECTOR)...ck_best_level() {
            let pictures = try fixture.load(level: level).generate(prompt: prompt, count: 2, seed: 5)
            #expect(pictures.map(\.tokens) == reference.map(\.tokens))
            for (a, b) in zip(pictures, reference) {
                #expect(zip(a.rgb, b.rgb).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
            }
        }
    }

    @Test("tells its progress after every step and every picture")
    func progress() throws {
        var seen: [DalleMini.Progress] = []
        _ = try fixture.load().generate(prompt: "circle", count: 2, seed: 1) { seen.append($0) }
        #expect(seen == (1...18).map { DalleMini.Progress(completed: $0, total: 18) })
        #expect(seen.last?.fraction == 1)
    }

    @Test("ends within a step of being cancelled", arguments: [0, 1, 7, 15, 16, 17])
    func cancellation(at step: Int) throws {
        var steps = 0
        #expect(throws: CancellationError.self) {
            try fixture.load().generate(
                prompt: "circle", count: 2, seed: 1, progress: { steps = $0.completed }, isCancelled: { steps >= step })
        }
        #expect(steps == step)
    }

    @Test("ends when its task is cancelled")
    func taskCancellation() async throws {
        let model = try fixture.load()
        let task = Task { try model.generate(prompt: "circle", count: 1, seed: 1) }
        task.cancel()
        let result = await task.result
        if case .success(let pictures) = result {
            #expect(pictures.count == 1)  // it may have been quicker than the cancellation
        } else {
            #expect(throws: CancellationError.self) { try result.get() }
        }
    }

    @Test("shares its model with other requests")
    func sharing() async throws {
        let model = try fixture.load()
        let settings = settings
        let alone = try (0..<4).map { try model.generate(prompt: "circle \($0)", count: 2, seed: 3, settings: settings) }
        let together = try await withThrowingTaskGroup(of: (Int, [DalleMini.Picture]).self) { group in
            for i in 0..<4 {
                group.addTask { (i, try model.generate(prompt: "circle \(i)", count: 2, seed: 3, settings: settings)) }
            }
            return try await group.reduce(into: [Int: [DalleMini.Picture]]()) { $0[$1.0] = $1.1 }
        }
        #expect((0..<4).allSatisfy { together[$0] == alone[$0] })
    }

    @Test("is refused with a reason when it makes no sense")
    func refusals() throws {
        let model = try fixture.load()
        #expect(throws: PaintError.badCount(limit: 64)) { try model.generate(prompt: "x", count: 0, seed: 1) }
        #expect(throws: PaintError.badCount(limit: 64)) { try model.generate(prompt: "x", count: 100, seed: 1) }
        #expect(throws: PaintError.promptTooLong(limit: 20_000)) {
            try model.generate(prompt: String(repeating: "é", count: 10_001), count: 1, seed: 1)
        }
        for settings in [
            DalleMini.Settings(conditionScale: .nan), .init(conditionScale: -1), .init(topK: 0), .init(temperature: 0),
            .init(temperature: .infinity),
        ] {
            #expect(throws: PaintError.self) { try model.generate(prompt: "x", count: 1, seed: 1, settings: settings) }
        }
    }

    @Test("takes any text", arguments: ["", "   ", "\u{0}\u{7f}\n\t", String(repeating: "a", count: 5000), "@everyone <@1>", "漢字 🎨"])
    func anyText(prompt: String) throws {
        #expect(try fixture.load().generate(prompt: prompt, count: 1, seed: 1).count == 1)
    }
}
