// Everything a run needs to go on where it was, in one file that appears whole: the course as JSON in the header, and four runs of
// numbers: the adapter now and at its best, and the optimiser's means.
import Foundation

struct TrainingCheckpoint {
    static let file = "training.safetensors"

    /// What must be the same for a run to go on.
    struct Subject: Sendable, Equatable, Codable {
        var settings: TrainingSettings
        /// Of all texts in their order.
        var texts: UInt64

        init(_ settings: TrainingSettings, _ texts: [TrainingText]) {
            self.settings = settings
            var hash: UInt64 = 0xCBF2_9CE4_8422_2325
            func take(_ number: Int) { hash = (hash ^ UInt64(bitPattern: Int64(number))) &* 0x100_0000_01B3 }
            for text in texts {
                take(text.firstTarget)
                take(text.tokens.count)
                for token in text.tokens { take(Int(token)) }
            }
            self.texts = hash
        }
    }

    struct State {
        var course: TrainingCourse
        let values: FloatBuffer
        let best: FloatBuffer
        let optimiser: AdamW

        fileprivate var runs: [(name: String, numbers: FloatBuffer)] {
            [("values", values), ("best", best), ("means", optimiser.means), ("squares", optimiser.squares)]
        }
    }

    private struct Header: Codable {
        var subject: Subject
        var course: TrainingCourse
    }

    static func write(_ state: State, _ subject: Subject, to folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let header = try JSONEncoder().encode(Header(subject: subject, course: state.course))
        let tensors = state.runs.map { ($0.name, SafetensorsWriter.Tensor(shape: [$0.numbers.count], numbers: $0.numbers)) }
        try SafetensorsWriter.write(
            Dictionary(uniqueKeysWithValues: tensors), metadata: ["course": String(decoding: header, as: UTF8.self)], to: path(folder))
    }

    /// Fills the state from the folder's checkpoint.
    /// - Returns: false where there is none, or it is of another run.
    static func read(_ state: inout State, _ subject: Subject, from folder: String) throws -> Bool {
        guard FileManager.default.fileExists(atPath: path(folder)) else { return false }
        let file = try SafetensorsFile(path: path(folder))
        guard let header = file.metadata["course"].flatMap({ try? JSONDecoder().decode(Header.self, from: Data($0.utf8)) }),
            header.subject == subject
        else { return false }
        for (name, numbers) in state.runs {
            let run = try file.tensor(name, shape: [numbers.count]).floats()
            numbers.start.update(from: run.start, count: run.count)
        }
        state.course = header.course
        return true
    }

    static func remove(from folder: String) { try? FileManager.default.removeItem(atPath: path(folder)) }

    private static func path(_ folder: String) -> String { URL(filePath: folder).appending(path: file).path }
}
