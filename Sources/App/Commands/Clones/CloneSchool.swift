import Foundation
import Memory
import ModelProviders
import Neural
import Support

/// Learns how a person writes, as an adapter or with all weights of a base, only where their word covers it: ends early where they take
/// it back, and goes on where it was stopped.
struct CloneSchool: Sendable {
    /// The person does not allow it any more; what was learnt is erased.
    struct WordTakenBack: Error {}

    let store: CloneStore
    let folders: TrainingFolders
    /// The folder of a GPT-2 or a LLaMA.
    let base: String
    let clock: any WallClock

    /// Learns an adapter and keeps it. Cancelled, it leaves a checkpoint from which the same call goes on.
    ///
    /// - Parameter progress: after every step and look, from a thread of its own.
    func teach(
        _ clone: Clone, _ examples: [CloneExample], _ settings: TrainingSettings, threads: Int?,
        progress: @escaping @Sendable (TrainingReport.Step) -> Void
    ) async throws -> (report: TrainingReport, adapter: CloneAdapter) {
        try await learn(clone, examples, settings, threads: threads, progress: progress) { report, folder in
            let adapter = CloneAdapter(
                base: report.base, settings: try Self.read("adapter_config.json", folder),
                weights: try Self.read("adapter_model.safetensors", folder), examples: examples.count, loss: report.result.bestLoss,
                trainedAt: clock.now())
            folders.remove(clone.id)
            guard try await store.keep(adapter, of: clone.id) else { throw WordTakenBack() }
            return (report, adapter)
        }
    }

    /// Learns with all weights and puts the base that became of it into a folder, which is not there yet.
    func teachWhole(
        _ clone: Clone, _ examples: [CloneExample], _ settings: TrainingSettings, threads: Int?, into place: URL,
        progress: @escaping @Sendable (TrainingReport.Step) -> Void
    ) async throws -> TrainingReport {
        try await learn(clone, examples, settings, threads: threads, progress: progress) { report, folder in
            defer { folders.remove(clone.id) }
            guard try await isAllowed(clone.id) else { throw WordTakenBack() }
            try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.moveItem(at: folder, to: place)
            return report
        }
    }

    /// - Parameter keep: takes what was learnt out of its folder.
    private func learn<Kept>(
        _ clone: Clone, _ examples: [CloneExample], _ settings: TrainingSettings, threads: Int?,
        progress: @escaping @Sendable (TrainingReport.Step) -> Void, keep: (TrainingReport, URL) async throws -> Kept
    ) async throws -> Kept {
        let folder = folders.folder(of: clone.id)
        let curve = try await store.training(of: clone.id)?.curve ?? LossCurve()
        let record = TrainingRecord(
            CloneTraining(of: settings.rate.steps, curve: curve, startedAt: clock.now(), seenAt: clock.now()), of: clone.id, in: store,
            clock: clock)
        let learning = Task { [base] in
            try await DedicatedThread.run(name: "troupe.learning") { cancellation in
                try TrainingReport.learn(examples, base: base, settings, folder: folder.path, threads: threads, after: curve) { step in
                    if cancellation.isCancelled { throw CancellationError() }
                    record.take(step)
                    progress(step)
                }
            }
        }
        let watch = Task {
            while true {
                try await Task.sleep(for: .seconds(2))
                if try await !isAllowed(clone.id) { return learning.cancel() }
                try await record.write()
            }
        }
        defer { watch.cancel() }
        do {
            let report = try await withTaskCancellationHandler {
                try await learning.value
            } onCancel: {
                learning.cancel()
            }
            let kept = try await keep(report, folder)
            // What the watch still writes must not come after this.
            watch.cancel()
            _ = await watch.result
            try await record.write(ending: report.result.ending)
            return kept
        } catch is CancellationError {
            if try await isAllowed(clone.id) { throw CancellationError() }
            folders.remove(clone.id)
            throw WordTakenBack()
        }
    }

    private func isAllowed(_ id: Clone.ID) async throws -> Bool {
        guard let clone = try await store.clone(id) else { return false }
        return clone.state == .active && clone.mayTrain
    }

    private static func read(_ name: String, _ folder: URL) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: name)))
    }
}
