// A whole course of learning: order, early end, going on after a kill, and what lies in the folder.
import CKernels
import Foundation
import Testing

@testable import Neural

@Suite("Learning an adapter from texts")
struct TrainingTests {
    private static let sentences = [
        "arr the kettle and the rope", "arr the storm and the deck", "hello there how is the harbour", "the rope and the kettle",
        "arr arr the deck", "how is the storm", "there there the kettle", "the harbour and the deck and the rope",
    ]

    private static func settings(steps: Int = 24) -> TrainingSettings {
        TrainingSettings(
            adapter: LoRASettings(rank: 4, alpha: 8), steps: steps, highestRate: 2e-2, batch: 3, accumulation: 2, longestText: 12,
            heldOut: 0.2, evaluateEvery: 8, patience: 9, saveEvery: 5, seed: 3)
    }

    private static func training(_ folder: String, _ settings: TrainingSettings = settings()) throws -> TrainingRun {
        try TrainingRun(
            base: GPT2Tests.Folder.folder.path, settings,
            texts: { replies in sentences.map { TrainingText(replies.tokenizer.encode($0)) } },
            folder: folder, threads: 1)
    }

    /// Ended after so many steps, as a kill would.
    private static func cutOff(_ folder: String, after steps: Int) async {
        let interrupted = Task {
            _ = try training(folder).run { if $0.steps == steps { withUnsafeCurrentTask { $0?.cancel() } } }
        }
        await #expect(throws: CancellationError.self) { try await interrupted.value }
    }

    @Test("what is held out is foretold better in the end, and the adapter speaks of what it learnt")
    func learns() throws {
        let folder = try TemporaryFolder()
        var losses: [Double] = []
        var first: Double?
        let result = try Self.training(folder.path, Self.settings(steps: 60)).run { progress in
            switch progress.news {
            case .began: #expect(progress.steps == 0)
            case .learned(let loss): losses.append(loss)
            case .looked(let loss): first = first ?? loss
            }
            #expect(progress.of == 60 && progress.steps == losses.count)
        }
        #expect(result.ending == .finished && result.steps == 60 && result.resumedAt == nil)
        let (begun, ended): (Double, Double) = (losses.prefix(5).reduce(0, +), losses.suffix(5).reduce(0, +))
        #expect(ended < 0.6 * begun)
        let before = try #require(first)
        #expect(result.bestLoss < 0.8 * before)
        #expect(
            Set(try FileManager.default.contentsOfDirectory(atPath: folder.path)) == ["adapter_config.json", "adapter_model.safetensors"])
        let model = try GPT2Tests.Folder.folder.load()
        let adapter = try LoRAAdapter(path: folder.path, for: model)
        let options = WritingOptions(maxTokens: 8, temperature: 0)
        #expect(try model.write([BaseVoice(beginning: "arr the", options: options, adapter: adapter)])[0].contains("the"))
    }

    @Test("a run that was cut off goes on from its last save and ends with the same bits")
    func resumes() async throws {
        let (whole, cut) = (try TemporaryFolder(), try TemporaryFolder())
        _ = try Self.training(whole.path).run()
        await Self.cutOff(cut.path, after: 13)
        let result = try Self.training(cut.path).run()
        #expect(result.resumedAt == 10 && result.steps == 24)
        for file in ["adapter_config.json", "adapter_model.safetensors"] {
            let once = try Data(contentsOf: URL(filePath: "\(whole.path)/\(file)"))
            #expect(try Data(contentsOf: URL(filePath: "\(cut.path)/\(file)")) == once)
        }
    }

    @Test("a checkpoint of other texts or settings is not gone on from")
    func another() async throws {
        let folder = try TemporaryFolder()
        await Self.cutOff(folder.path, after: 6)
        var other = Self.settings()
        other.seed = 4
        #expect(try Self.training(folder.path, other).run().resumedAt == nil)
    }

    @Test("texts of one token teach nothing, and that is said")
    func nothing() throws {
        #expect(throws: TrainingFault.nothingToLearn) {
            _ = try TrainingRun(
                base: GPT2Tests.Folder.folder.path, Self.settings(), texts: { _ in [TrainingText([1]), TrainingText([])] },
                folder: "/nowhere")
        }
    }
}

@Suite("The course of learning")
struct TrainingCourseTests {
    private var settings: TrainingSettings {
        TrainingSettings(steps: 6, evaluateEvery: 2, patience: 2, saveEvery: 3)
    }

    /// Plays a course with these held-out losses, one after the other.
    private func play(_ losses: [Double?]) -> String {
        var (course, losses, moves) = (TrainingCourse(), losses[...], [String]())
        while moves.count < 100 {
            switch course.next(settings) {
            case .learn(let step):
                moves.append("\(step)")
                course.learned()
            case .evaluate: moves.append(course.evaluated(losses.popFirst() ?? nil) ? "best" : "look")
            case .save:
                moves.append("save")
                course.saved()
            case .end(let ending): return (moves + [ending.rawValue]).joined(separator: " ")
            }
        }
        return "never ends"
    }

    @Test("it looks before the first step and after the last, saves, and ends")
    func finishes() {
        let moves = "best 0 1 best 2 save 3 best 4 5 best save finished"
        #expect(play([5, 4, 3, 2]) == moves)
        #expect(play([]) == moves)
    }

    @Test("it ends when what is held out is foretold no better for a while")
    func endsEarly() {
        #expect(play([5, 4, 4, Double.nan]) == "best 0 1 best 2 save 3 look 4 5 look save finished")
        #expect(play([3, 4, 4, 1]) == "best 0 1 look 2 save 3 look save noBetter")
    }

    @Test("every text is read once a round, in another order each round, and none that is held out")
    func order() {
        let settings = TrainingSettings(heldOut: 0.2, seed: 9)
        let order = TrainingOrder(texts: 20, settings)
        #expect(order.heldOut.count == 4 && Set(order.heldOut + order.learnt) == Set(0..<20))
        let rounds = (0..<2).map { round in (0..<4).flatMap { order.texts(step: 4 * round + $0, count: 4) } }
        #expect(rounds.allSatisfy { Set($0) == Set(order.learnt) } && rounds[0] != rounds[1])
        #expect(TrainingOrder(texts: 20, settings).texts(step: 3, count: 7) == order.texts(step: 3, count: 7))
        #expect(TrainingOrder(texts: 1, settings).texts(step: 5, count: 3) == [0, 0, 0])
    }
}
