// A Flamingo as its users see it: a folder, words and pictures in, words out.
import Foundation
import Testing

@testable import Neural

@Suite("A Flamingo's folder answers about pictures")
struct FlamingoModelTests {
    private let fixture = FlamingoFixture.all[1]

    private func picture(_ side: Int, _ seed: UInt8) -> [UInt8] {
        (0..<(side * side * 3)).map { UInt8(truncatingIfNeeded: $0 &* 31) ^ seed }
    }

    private func folder(_ change: (TemporaryFolder) throws -> Void) throws -> TemporaryFolder {
        let copy = try TemporaryFolder()
        for name in ["config.json", "model.safetensors", "tokenizer.json"] {
            _ = try copy.write(Data(contentsOf: URL(filePath: "\(fixture.folder)/\(name)")), to: name)
        }
        try change(copy)
        return copy
    }

    @Test("the same words for the same question, and the examples are read once")
    func answers() throws {
        let model = try FlamingoModel(folder: fixture.folder, threads: 2)
        let (one, two) = (picture(model.side, 1), picture(model.side, 7))
        let prompt = "<image>What is this? A fish.<|endofchunk|><image>What is this?"
        let first = try model.write(prompt, pictures: [one, two], options: FlamingoOptions())
        let again = try model.write(prompt, pictures: [one, two], options: FlamingoOptions())
        #expect(first.text == again.text && !first.text.isEmpty)
        #expect(first.promptTokens == "What is this? A fish.".count + "What is this?".count + 3)
        #expect(first.cachedTokens == 0 && again.cachedTokens == "What is this? A fish.".count + 2)
    }

    @Test("drawn words follow their seed, however often they are drawn, and by several beams too", arguments: [1, 3])
    func draws(beams: Int) throws {
        let model = try FlamingoModel(folder: fixture.folder, threads: 2)
        func written(_ seed: UInt64) throws -> String {
            var options = FlamingoOptions()
            options.beams = beams
            options.drawing = WritingOptions(maxTokens: 20, temperature: 1.5, seed: seed)
            return try model.write("<image>So:", pictures: [picture(model.side, 1)], options: options).text
        }
        let texts = try (0..<6).map { try written($0) }
        #expect(try written(3) == texts[3])
        #expect(Set(texts).count > 1)
    }

    @Test("a prompt that has no room, or not a mark for each picture, is refused")
    func misfits() throws {
        let model = try FlamingoModel(folder: fixture.folder, threads: 1)
        let one = picture(model.side, 1)
        #expect(throws: FlamingoDesk.Misfit.self) { try model.write("<image><image>", pictures: [one], options: FlamingoOptions()) }
        #expect(throws: FlamingoDesk.Misfit.self) {
            try model.write("<image>" + String(repeating: "long ", count: 60), pictures: [one], options: FlamingoOptions())
        }
    }

    @Test("a folder that is no Flamingo's is refused with its file and key")
    func wrongFolders() throws {
        func refusal(_ change: (TemporaryFolder) throws -> Void) throws -> CheckpointError? {
            let copy = try folder(change)
            do {
                _ = try FlamingoModel(folder: copy.path, threads: 1)
                return nil
            } catch { return error }
        }
        let llama = try refusal { _ = try $0.write(Data(#"{"model_type": "llama"}"#.utf8), to: "config.json") }
        #expect(llama?.item == "model_type" && llama?.description.contains("open_flamingo.py") == true)
        let wordless = try refusal { try FileManager.default.removeItem(atPath: "\($0.path)/tokenizer.json") }
        #expect(wordless?.description.contains("tokenizer.json") == true)
        let small = try refusal {
            var text = try String(contentsOfFile: "\($0.path)/config.json", encoding: .utf8)
            text = text.replacing("\"latents\": 18", with: "\"latents\": 17")
            _ = try $0.write(Data(text.utf8), to: "config.json")
        }
        #expect(small?.code == .wrongShape && small?.item == "perceiver.latents")
    }
}
