// The committed fixtures: small random checkpoints, and what the public PyTorch code made of them
// (Training/parity/make_fixtures.py). Also small helpers to compare and to alter checkpoints.
import Foundation
import Testing

@testable import Neural

struct PainterFixture: Sendable, CustomTestStringConvertible {
    let name: String

    static let all = ["painter-mixed", "painter-half"].map(PainterFixture.init(name:))

    var testDescription: String { name }

    var folder: String {
        Bundle.module.resourceURL?.appendingPathComponent("Fixtures/\(name)").path ?? "the fixtures are not in the bundle"
    }

    struct Expected: Decodable {
        struct Tokenized: Decodable {
            let text: String
            let tokens: [Int32]
        }

        let prompt: String
        let text_tokens: [Int32]
        let scale: Float
        let greedy_tokens: [Int32]
        let forced_tokens: [[Int32]]
        let tokenized: [Tokenized]
    }

    func expected() throws -> Expected {
        try JSONDecoder().decode(Expected.self, from: Data(contentsOf: URL(fileURLWithPath: "\(folder)/expected.json")))
    }

    func expected(_ tensor: String) throws -> (shape: [Int], values: [Float]) {
        let file = try SafetensorsFile(path: "\(folder)/expected.safetensors")
        let shape = file.shape(of: tensor) ?? []
        return (shape, try file.tensor(tensor, shape: shape).floats().array)
    }

    /// `level`: the variant of the kernels; nil: the best for this processor.
    func load(threads: Int = 2, level: Int32? = nil, precision: WeightPrecision = .stored) throws -> DalleMini {
        try DalleMini(
            folder: CheckpointFolder(path: folder), pool: ComputePool(threads: threads, level: level), precision: precision)
    }
}

/// The largest difference of two runs of numbers, as a share of the larger one's largest magnitude.
func relativeDifference(_ a: some Collection<Float>, _ b: some Collection<Float>) -> Float {
    let scale = b.reduce(1e-6) { max($0, abs($1)) }
    let difference = zip(a, b).reduce(Float(0)) { $1.0.isFinite ? max($0, abs($1.0 - $1.1)) : .infinity }
    return a.count == b.count ? difference / scale : .infinity
}

/// A folder that goes away with its owner, optionally a copy of a fixture.
final class TemporaryFolder {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("neural-\(UUID().uuidString)").path

    init(copying fixture: PainterFixture? = nil) throws {
        if let fixture {
            try FileManager.default.copyItem(atPath: fixture.folder, toPath: path)
        } else {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ bytes: some DataProtocol, to name: String) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
        return "\(path)/\(name)"
    }
}
