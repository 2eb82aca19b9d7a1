import Foundation
import Inference
import PocketModels

/// The painter that ships with Troupe: a small DALL·E mini and the words of its small world.
public enum PocketPainter {
    /// - Parameter name: what users see and pick.
    /// - Throws: ``ModelError`` when the weights or their words are not where they were built to be.
    public static func model(name: String = "pocket", threads: Int? = nil) throws -> NeuralImageModel {
        let folder = PocketCheckpoint.painter
        let words = try PocketWords(reading: folder.appending(path: "words.json"), model: name)
        let card = ImageModelCard(
            name: name, summary: "Ships with Troupe: simple shapes in colours, in a second", expectedSecondsPerImage: 0.5,
            knownWords: words.all, world: words.world)
        return NeuralImageModel(card: card, folder: folder.path(percentEncoded: false), threads: threads)
    }
}

/// The pocket painter's vocabulary: `words.json`, an object of kinds, each with words and what they mean.
struct PocketWords: Sendable {
    private static let maximumBytes = 1 << 20
    private enum Meaning: Decodable, Hashable {
        case name(String), number(Int)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Int.self) {
                self = .number(number)
            } else {
                self = .name(try container.decode(String.self))
            }
        }
    }

    /// Every single word, in lower case.
    let all: Set<String>
    /// The names of the things it can draw, by kind, in a sentence.
    let world: String

    init(reading url: URL, model: String) throws {
        func unreadable(_ why: String) -> ModelError {
            ModelError(
                .failed, model: model, details: "\(url.path(percentEncoded: false)): \(why); build Troupe again or fetch its files anew")
        }
        guard let data = try? Data(contentsOf: url) else { throw unreadable("the file cannot be read") }
        guard data.count <= Self.maximumBytes else { throw unreadable("the file is larger than \(Self.maximumBytes) bytes") }
        guard let kinds = try? JSONDecoder().decode([String: [String: Meaning]].self, from: data) else {
            throw unreadable("it is no JSON object of kinds with words")
        }
        all = Set(kinds.values.flatMap(\.keys).flatMap { $0.lowercased().split(separator: " ").map(String.init) })
        world = ["shapes", "colours", "sizes", "textures", "backgrounds"].compactMap { kind in
            let names = Set((kinds[kind] ?? [:]).values.compactMap { if case .name(let name) = $0 { name } else { nil } })
            return names.isEmpty ? nil : "\(kind) (\(names.sorted().joined(separator: ", ")))"
        }.joined(separator: ", ")
    }
}
