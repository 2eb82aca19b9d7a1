// Writes the safetensors format, float32 only. The file appears whole or not at all: it is written beside its place and then renamed.
import Foundation

struct SafetensorsWriter {
    /// A tensor to write; the numbers are read when the file is.
    struct Tensor {
        var shape: [Int]
        var numbers: FloatBuffer
    }

    private struct Entry: Encodable {
        var dtype = "F32"
        var shape: [Int]
        var data_offsets: [Int]
    }

    private enum Value: Encodable {
        case entry(Entry)
        case notes([String: String])

        func encode(to encoder: any Encoder) throws {
            switch self {
            case .entry(let entry): try entry.encode(to: encoder)
            case .notes(let notes): try notes.encode(to: encoder)
            }
        }
    }

    /// - Parameter metadata: kept in the header, for whoever reads it.
    static func write(_ tensors: [String: Tensor], metadata: [String: String] = ["format": "pt"], to path: String) throws(CheckpointError) {
        var header: [String: Value] = ["__metadata__": .notes(metadata)]
        var size = 0
        let names = tensors.keys.sorted()
        for name in names {
            let (shape, start) = (tensors[name]?.shape ?? [], size)
            size += shape.reduce(4, *)
            header[name] = .entry(Entry(shape: shape, data_offsets: [start, size]))
        }
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            var json = try encoder.encode(header)
            json.append(Data(repeating: UInt8(ascii: " "), count: (8 - json.count % 8) % 8))
            var file = Data(capacity: 8 + json.count + size)
            withUnsafeBytes(of: UInt64(json.count).littleEndian) { file.append(contentsOf: $0) }
            file.append(json)
            for name in names {
                guard let tensor = tensors[name] else { continue }
                withExtendedLifetime(tensor.numbers) { file.append(Data(bytes: $0.start, count: tensor.shape.reduce(4, *))) }
            }
            try file.write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw CheckpointError(.unreadable, file: path, "cannot be written: \(error.localizedDescription)")
        }
    }
}
