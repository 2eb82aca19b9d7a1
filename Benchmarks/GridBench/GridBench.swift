// Times what Troupe does with finished pictures: decode them, lay them out as a numbered grid, encode it.
// `GridBench FOLDER [ROUNDS]` takes the PNG files of the folder and prints one line of JSON a round.
import Foundation
import Pictures

@main
struct GridBench {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count > 1 else { throw Usage(description: "usage: GridBench FOLDER [ROUNDS]") }
        let folder = URL(filePath: arguments[1])
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "png" }.sorted { $0.path < $1.path }
        let pictures = try files.map { [UInt8](try Data(contentsOf: $0)) }
        let clock = ContinuousClock()
        for _ in 0..<(arguments.count > 2 ? Int(arguments[2]) ?? 5 : 5) {
            let start = clock.now
            let decoded = try pictures.map { try Picture(decoding: $0) }
            let (afterDecoding, grid) = (clock.now, try Picture.grid(decoded, isNumbered: true))
            let afterGrid = clock.now
            let encoded = try grid.png()
            let end = clock.now
            let line: [String: Any] = [
                "peer": "troupe", "seconds": (end - start) / .seconds(1), "decode": (afterDecoding - start) / .seconds(1),
                "grid": (afterGrid - afterDecoding) / .seconds(1), "encode": (end - afterGrid) / .seconds(1), "bytes": encoded.count,
            ]
            print(String(decoding: try JSONSerialization.data(withJSONObject: line, options: .sortedKeys), as: UTF8.self))
        }
    }

    struct Usage: Error, CustomStringConvertible { let description: String }
}
