// Where the files of a checkpoint lie. Only names: reading them is each reader's own business.
import Foundation

struct CheckpointFolder: Sendable {
    let path: String

    var configuration: String { file("config.json") }
    var weights: String { file("model.safetensors") }
    var vocabulary: String { file("vocab.json") }
    var merges: String { file("merges.txt") }
    /// nil if the checkpoint has none.
    var generation: String? { existing("generation_config.json") }

    /// Refuses a path that is no folder, with words that help.
    init(path: String, expects: String = "config.json, model.safetensors, vocab.json and merges.txt") throws(CheckpointError) {
        self.path = path
        var isFolder = ObjCBool(false)
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            throw CheckpointError(.unreadable, file: path, "is not a folder; a checkpoint is a folder with \(expects)")
        }
    }

    func file(_ name: String) -> String { path.hasSuffix("/") ? path + name : path + "/" + name }

    /// The path of a file, if it is there.
    func existing(_ name: String) -> String? { FileManager.default.fileExists(atPath: file(name)) ? file(name) : nil }
}
