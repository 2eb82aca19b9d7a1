// Writes the safetensors format, in float32 or float16. The file appears whole or not at all: it is written beside its place and then renamed.
import CKernels
import Foundation

struct SafetensorsWriter {
    /// A tensor to write; the numbers are read when the file is.
    struct Tensor {
        var shape: [Int]
        var numbers: FloatBuffer
        /// Rounded to float16, each number to the nearest; what is too large becomes the largest.
        var isHalf = false

        fileprivate var size: Int { shape.reduce(isHalf ? 2 : 4, *) }

        fileprivate var bytes: Data {
            guard isHalf else { return withExtendedLifetime(numbers) { Data(bytes: $0.start, count: size) } }
            var halves = Data(count: size)
            halves.withUnsafeMutableBytes { bytes in
                guard let start = bytes.baseAddress else { return }
                ck_to_half(numbers.start, Int64(size / 2), start.assumingMemoryBound(to: UInt16.self))
            }
            return halves
        }
    }

    private struct Entry: Encodable {
        var dtype: String
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
            guard let tensor = tensors[name] else { continue }
            let start = size
            size += tensor.size
            header[name] = .entry(Entry(dtype: tensor.isHalf ? "F16" : "F32", shape: tensor.shape, data_offsets: [start, size]))
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
                file.append(tensor.bytes)
            }
            try file.write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw CheckpointError(.unreadable, file: path, "cannot be written: \(error.localizedDescription)")
        }
    }
}
