import ChatExport
import Features
import Foundation
import Inference
import Memory
import Neural
import PocketModels
import Support

/// The three invented characters that ship with Troupe: puts on record that nobody is mimicked, brings in what was written for them, and
/// has them learn it one after the other.
struct PocketCast: CloneCast {
    /// Their ids are of no account: Discord's are far larger.
    static let people: [(person: PersonKey, name: String)] = [(9001, "Wick"), (9002, "Crumb"), (9003, "Quill")].map { (PersonKey($0), $1) }

    /// Enough to sound like themselves, in some seconds each.
    static let settings = TrainingSettings(
        adapter: LoRASettings(rank: 8, alpha: 16), steps: 120, highestRate: 4e-3, batch: 16, evaluateEvery: 15, saveEvery: 15)

    let store: CloneStore
    /// The base that adapters stand on, as it speaks.
    let adapted: any AdaptedModel
    let school: CloneSchool
    let clock: any WallClock

    init(_ settings: Settings, store: CloneStore, adapted: any AdaptedModel, clock: any WallClock) {
        self.store = store
        self.adapted = adapted
        self.clock = clock
        school = CloneSchool(store: store, folders: TrainingFolders(settings), base: settings.cloneRules.base, clock: clock)
    }

    func prepare(in guild: GuildKey, progress: @escaping @Sendable (Double) -> Void) async throws {
        try await enter(guild)
        let base = try await adapted.base()
        var pupils: [Clone] = []
        for (person, _) in Self.people {
            guard let clone = try await store.clone(of: person, in: guild), clone.state == .active, clone.mayTrain else { continue }
            if try await store.adapterMark(of: clone.id)?.base != base { pupils.append(clone) }
        }
        defer { Terminal.endProgress() }
        for (place, pupil) in pupils.enumerated() {
            let count = Double(pupils.count)
            do {
                _ = try await school.teach(pupil, try await store.examples(of: pupil.id), Self.settings, threads: nil) { step in
                    Terminal.progress("\(pupil.name) learns \(LossPlot.spark(step.curve)) \(step.words)", fraction: step.fraction)
                    progress((Double(place) + step.fraction) / count)
                }
            } catch is CloneSchool.WordTakenBack { continue }
        }
    }

    /// Those that are not there yet.
    private func enter(_ guild: GuildKey) async throws {
        var lessons: [(clone: Clone, lesson: CloneLesson)] = []
        for (person, name) in Self.people {
            var clone = try await store.clone(of: person, in: guild)
            if clone == nil {
                clone = try await store.allow(
                    person, in: guild, name: name, words: Self.words(name), by: .operator, mayTrain: true, at: clock.now())
            }
            if let clone, clone.taughtAt == nil { lessons.append((clone, CloneLesson(person: person.rawValue))) }
        }
        guard !lessons.isEmpty else { return }
        _ = try ExportReading(ExportFiles([PocketCheckpoint.castExport.path])).readJoined { message, answered in
            for index in lessons.indices { lessons[index].lesson.take(message, answered) }
        }
        for (clone, lesson) in lessons { _ = try await lesson.teach(clone.id, in: store, at: clock.now()) }
    }

    private static func words(_ name: String) -> String {
        """
        \(name) is an invented character that ships with Troupe: nobody's likeness. Troupe's authors wrote every line of the export \
        themselves and allow that a model learns from it.
        """
    }
}
