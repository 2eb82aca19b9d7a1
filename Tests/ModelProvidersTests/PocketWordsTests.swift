import Foundation
import Inference
import Testing

@testable import ModelProviders

@Suite struct `The pocket painter's words` {
    private func words(_ json: String) throws -> PocketWords {
        let url = FileManager.default.temporaryDirectory.appending(path: "words-\(UUID().uuidString).json")
        try Data(json.utf8).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        return try PocketWords(reading: url, model: "pocket")
    }

    @Test func `words of all kinds are known, and the world is told by its names`() throws {
        let words = try words(
            """
            {"counts": {"two": 2}, "shapes": {"disc": "circle", "circle": "circle", "boxes": "square"},
             "colours": {"red": "red"}, "relations": {"on top of": "above"}}
            """)
        #expect(words.all == ["two", "disc", "circle", "boxes", "red", "on", "top", "of"])
        #expect(words.world == "shapes (circle, square), colours (red)")
    }

    @Test(arguments: ["", "[]", "{\"shapes\": 5}", "{\"shapes\": {\"a\": [1]}}"])
    func `a damaged list is refused by name`(json: String) {
        do {
            _ = try words(json)
            Issue.record("damaged words were read")
        } catch let error as ModelError {
            #expect(error.details.contains("words-"))
        } catch {
            Issue.record("an unexpected error: \(error)")
        }
    }

    @Test func `a missing list is refused`() {
        #expect(throws: ModelError.self) { try PocketWords(reading: URL(filePath: "/nonexistent/words.json"), model: "pocket") }
    }
}
