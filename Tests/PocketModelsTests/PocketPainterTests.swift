// The shipped painter as Troupe meets it: it is small, it loads, it follows a simple wish.
import Foundation
import Neural
import Testing

@testable import PocketModels

@Suite("The pocket painter that ships with Troupe")
struct PocketPainterTests {
    @Test("takes at most 12 MB on disk and comes with its card")
    func size() throws {
        let weights = PocketCheckpoint.painter.appending(path: "model.safetensors")
        let size = try #require(try weights.resourceValues(forKeys: [.fileSizeKey]).fileSize)
        #expect(size < 12_000_000)
        #expect(FileManager.default.fileExists(atPath: PocketCheckpoint.painter.appending(path: "CARD.md").path))
    }

    @Test("lists the words it knows by kind")
    func words() throws {
        let data = try Data(contentsOf: PocketCheckpoint.painter.appending(path: "words.json"))
        let shapes = try #require(JSONSerialization.jsonObject(with: data) as? [String: [String: Any]])["shapes"]
        #expect(shapes?["circles"] as? String == "circle")
    }

    @Test("paints a large red circle in the middle of a white picture")
    func circle() throws {
        let painter = try DalleMini.load(folder: PocketCheckpoint.painter.path)
        let pictures = try painter.generate(prompt: "a large red circle on a white background", count: 4, seed: 1)
        let right = pictures.filter { picture in
            let red = picture.share { $0 > 170 && $1 < 110 && $2 < 110 }
            let white = picture.share { min($0, $1, $2) > 225 }
            return (0.25...0.5).contains(red) && white > 0.4
        }
        #expect(right.count >= 3)
    }
}

extension DalleMini.Picture {
    /// The share of pixels whose red, green and blue fulfil a condition.
    fileprivate func share(_ condition: (UInt8, UInt8, UInt8) -> Bool) -> Double {
        let hits = stride(from: 0, to: rgb.count, by: 3).count { condition(rgb[$0], rgb[$0 + 1], rgb[$0 + 2]) }
        return Double(hits) / Double(width * height)
    }
}
