// The base of the pocket cast as Troupe meets it: it is small, it loads, it says what PyTorch's GPT-2 says of the same weights.
import Foundation
import Neural
import Testing

@testable import PocketModels

@Suite("The pocket cast that ships with Troupe")
struct PocketCastTests {
    @Test("takes at most 4 MB on disk with its export, and comes with its card")
    func size() throws {
        let files = try FileManager.default.contentsOfDirectory(at: PocketCheckpoint.cast, includingPropertiesForKeys: [.fileSizeKey])
        #expect(try files.reduce(0) { try $0 + ($1.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0) } < 4_000_000)
        #expect(files.contains { $0.lastPathComponent == "CARD.md" })
        #expect(FileManager.default.fileExists(atPath: PocketCheckpoint.castExport.path))
    }

    /// Answered by `Training/cast/evaluate.py --likeliest`, where each token is the likeliest by far.
    @Test(
        "answers word for word what PyTorch computes",
        arguments: [
            ("Let us talk about sea stories", "Sea stories?"), ("how do you feel about heat?", "Heat?"),
            ("Which is better, science or autumn? I read ten pages just now...", "Science, always."), ("Hello there all.", "Hello there."),
        ])
    func answers(message: String, answer: String) throws {
        let model = try BaseModel.load(path: PocketCheckpoint.cast.path, threads: 1)
        let voice = BaseVoice(replyTo: message, options: WritingOptions(maxTokens: 60, temperature: 0), adapter: nil)
        #expect(try model.write([voice]) == [answer])
    }
}
