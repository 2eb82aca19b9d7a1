import ArgumentParser
import Foundation
import Memory
import Neural
import Support

/// `troupe clone train`: learns an adapter of how a person writes, where they allowed that.
struct CloneTrain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train a person's clone on what was imported of them: an adapter (LoRA) beside a GPT-2 or a LLaMA.",
        discussion: """
            Only of a person who allowed it: in Discord with /clone allow training:True, or by your word for their own data package (troupe \
            clone consent --words … --training). Discord's developer policy forbids training on messages taken through its API without \
            Discord's leave: train on what people gave you themselves.
            A tenth of the examples is held out; training ends when they are foretold no better. Ctrl-C stops it; the same command goes on \
            where it was. The adapter is kept in the database with the rest, and erased with it.
            """)

    @Argument(help: "The id of the person's account.")
    var person: UInt64

    @Option(
        help: ArgumentHelp(
            "The folder of a GPT-2 or a LLaMA (default: clones.base of the configuration; else the pocket base).", valueName: "folder"))
    var base: String?

    @OptionGroup var wishes: TrainingWishes

    @Option(help: ArgumentHelp("Put the adapter there too, in PEFT's format; with --full the whole GPT-2.", valueName: "folder"))
    var out: String?

    @Flag(help: "Let all weights of a GPT-2 learn, not an adapter. It is put into --out alone: what lies there is yours to erase.")
    var full = false

    @Flag(help: "Print the result as JSON.")
    var json = false

    @OptionGroup var owner: CloneOwner
    @OptionGroup var shared: SharedOptions

    /// Fewer examples teach nothing.
    private static let fewest = 20

    func validate() throws {
        guard full else { return }
        guard let out else { throw ValidationError("--full needs --out: the folder where the whole GPT-2 is put") }
        if FileManager.default.fileExists(atPath: out) { throw ValidationError("\(out) is there already; --out must name a new folder") }
    }

    func run() async throws {
        let settings = try shared.settings()
        let store = try CloneStore(settings)
        let folders = TrainingFolders(settings)
        try await folders.sweep(store)
        let clone = try await owner.clone(of: person, in: store)
        guard clone.state == .active else { throw CommandFailure("\(clone.name) paused their clone; nothing is learnt of them") }
        guard clone.mayTrain else {
            throw CommandFailure("\(clone.name) did not allow training: they do it in Discord with /clone allow and training: True")
        }
        let examples = try await store.examples(of: clone.id)
        guard examples.count >= Self.fewest else {
            throw CommandFailure(
                "\(clone.name)'s clone has \(examples.count) examples, and training needs \(Self.fewest): bring more in with troupe clone import"
            )
        }
        let training = wishes.settings(examples: examples.count, isWhole: full)
        let school = CloneSchool(store: store, folders: folders, base: base ?? settings.cloneRules.base, clock: SystemClock())
        let report: TrainingReport
        if full, let out {
            let place = URL(filePath: out, directoryHint: .isDirectory)
            report = try await learning(clone) {
                try await school.teachWhole(clone, examples, training, threads: wishes.threads, into: place, progress: $0)
            }
        } else {
            let learnt = try await learning(clone) {
                try await school.teach(clone, examples, training, threads: wishes.threads, progress: $0)
            }
            if let out { try write(learnt.adapter, to: out) }
            report = learnt.report
        }
        if json { return try Terminal.say(json: report.summary(examples: examples.count)) }
        Terminal.say(report.words(name: clone.name, examples: examples.count))
    }

    /// Shows the losses of what learns; Ctrl-C stops it.
    private func learning<Learnt: Sendable>(
        _ clone: Clone, _ learn: @escaping @Sendable (@escaping @Sendable (TrainingReport.Step) -> Void) async throws -> Learnt
    ) async throws -> Learnt {
        let display = TrainingDisplay()
        let training = Task { try await learn(display.show) }
        let interrupts = await Interrupts()
        interrupts.handle { training.cancel() }
        defer { interrupts.handle(nil) }
        defer { Terminal.endProgress() }
        do { return try await training.value } catch is CancellationError {
            FileHandle.standardError.write(Data("stopped; the same command goes on where it was\n".utf8))
            throw ExitCode(130)
        } catch is CloneSchool.WordTakenBack {
            throw CommandFailure("\(clone.name) does not allow it any more; what was learnt is erased")
        } catch let error as CheckpointError {
            throw CommandFailure(error.description)
        } catch TrainingFault.nothingToLearn {
            throw CommandFailure("the examples are too short to learn from")
        }
    }

    private func write(_ adapter: CloneAdapter, to path: String) throws {
        let folder = URL(filePath: path)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(adapter.settings).write(to: folder.appending(path: "adapter_config.json"))
        try Data(adapter.weights).write(to: folder.appending(path: "adapter_model.safetensors"))
    }
}

/// How to train, as options.
struct TrainingWishes: ParsableArguments {
    @Option(help: "Steps at most (default: each example about three times, 40 to 2000).")
    var steps: Int?

    @Option(help: "Examples a step learns from.")
    var batch = 8

    @Option(help: "The adapter's rank: a higher one learns a little more, and takes more memory.")
    var rank = 3

    @Option(help: "How far a step goes at most (default: 0.002; with --full 0.0002).")
    var rate: Double?

    @Option(help: "The same seed learns the same, bit for bit.")
    var seed: UInt64 = 1

    @Option(help: "Threads to use (default: one for each processor).")
    var threads: Int?

    func validate() throws {
        if let steps, !(1...100_000).contains(steps) { throw ValidationError("--steps must be 1 to 100000, not \(steps)") }
        if !(1...256).contains(batch) { throw ValidationError("--batch must be 1 to 256, not \(batch)") }
        if !(1...128).contains(rank) { throw ValidationError("--rank must be 1 to 128, not \(rank)") }
        if let rate, !(rate > 0 && rate <= 1) { throw ValidationError("--rate must be above 0 and at most 1, not \(rate)") }
        if let threads, threads < 1 { throw ValidationError("--threads must be at least 1, not \(threads)") }
    }

    func settings(examples: Int, isWhole: Bool) -> TrainingSettings {
        let steps = steps ?? min(max(40, 3 * examples / batch), 2_000)
        let look = max(5, steps / 20)
        return TrainingSettings(
            adapter: isWhole ? nil : LoRASettings(rank: rank, alpha: Double(2 * rank)), steps: steps,
            highestRate: rate ?? (isWhole ? 2e-4 : 2e-3), batch: batch, evaluateEvery: look, saveEvery: look, seed: seed)
    }
}
