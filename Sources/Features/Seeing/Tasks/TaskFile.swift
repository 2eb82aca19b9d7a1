import Foundation
import Inference
import Memory

/// A task as a file: JSON with its pictures in base64. What comes back is hostile until checked, and bounded like all the rest.
struct TaskFile: Sendable, Codable {
    struct Example: Sendable, Codable {
        var prompt: String?
        var answer: String
        /// Base64 of a PNG or JPEG.
        var picture: String
    }

    static let version = 1

    /// The version of this format.
    var troupeTask: Int
    var name: String
    var summary: String?
    var prompt: String?
    var instruction: Bool?
    var examples: [Example]

    init(_ task: KnownTask, pictures: [TaskPicture]) throws {
        troupeTask = Self.version
        name = task.name
        summary = task.content.summary
        prompt = task.content.prompt
        instruction = task.content.isInstruction
        examples = zip(task.content.examples, pictures).map { example, picture in
            Example(prompt: example.prompt, answer: example.answer, picture: Data(picture.bytes).base64EncodedString())
        }
    }

    /// - Throws: ``TaskProblem`` with what is wrong with it.
    init(decoding bytes: [UInt8]) throws(TaskProblem) {
        guard let file = try? JSONDecoder().decode(TaskFile.self, from: Data(bytes)) else {
            throw TaskProblem("That is no file of `/task export`.")
        }
        guard file.troupeTask == Self.version else { throw TaskProblem("That file is of a newer Troupe.") }
        guard file.examples.count <= TaskLimits.examples else { throw TaskProblem(TaskRefusal.tooManyExamples.userMessage) }
        self = file
    }

    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try Array(encoder.encode(self))
    }

    /// What is in it, checked; its pictures decoded and written anew.
    func content(by person: PersonKey) async throws -> (TaskContent, [TaskPicture]) {
        var content = TaskContent(
            summary: DisplayText.oneLine(summary ?? ""), prompt: try ComprehendCommand.prompt(DisplayText.oneLine(prompt ?? "")) ?? "",
            isInstruction: instruction ?? false)
        var pictures: [TaskPicture] = []
        for example in examples {
            guard let bytes = Data(base64Encoded: example.picture) else { throw TaskProblem("A picture in that file is broken.") }
            let picture = try await SeenPicture.example(Array(bytes))
            pictures.append(picture)
            content.add(
                picture: picture.digest, prompt: try ComprehendCommand.prompt(example.prompt.map(DisplayText.oneLine)),
                answer: DisplayText.oneLine(example.answer), by: person)
        }
        return (content, pictures)
    }
}
