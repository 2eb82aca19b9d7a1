// Damaged and hostile checkpoints: whatever the bytes say, loading ends with an error that names the file, the tensor and
// the place, never with a trap.
import Foundation
import Testing

@testable import Neural

@Suite("A damaged checkpoint is refused with the file, the tensor and the offset")
struct HostileCheckpointTests {
    /// A safetensors file from a header in words and some data.
    private func bytes(_ header: String, data: Int = 0, claimed: UInt64? = nil) -> Data {
        var file = Data()
        withUnsafeBytes(of: (claimed ?? UInt64(header.utf8.count)).littleEndian) { file.append(contentsOf: $0) }
        return file + Data(header.utf8) + Data(repeating: 0, count: data)
    }

    private func refusal(_ file: Data, tensor: String? = nil, shape: [Int] = [2, 3]) throws -> CheckpointError? {
        let folder = try TemporaryFolder()
        let path = try folder.write(file, to: "model.safetensors")
        do {
            let read = try SafetensorsFile(path: path)
            if let tensor { _ = try read.tensor(tensor, shape: shape) }
            return nil
        } catch {
            #expect(error.file == path)
            #expect(error.description.hasPrefix(path))
            return error
        }
    }

    private func entry(_ begin: String, _ end: String, shape: String = "[2,3]", kind: String = "F32") -> String {
        "{\"dtype\":\"\(kind)\",\"shape\":\(shape),\"data_offsets\":[\(begin),\(end)]}"
    }

    @Test("a sound file is read, with metadata, at any alignment")
    func sound() throws {
        for padding in ["", " ", "  ", "   "] {
            let header =
                "{\"__metadata__\":{\"format\":\"pt\"},\"w\":\(entry("0", "24")),\"h\":\(entry("24", "36", kind: "F16"))\(padding)}"
            let file = bytes(header, data: 36)
            #expect(try refusal(file, tensor: "w") == nil)
            #expect(try refusal(file, tensor: "h") == nil)
        }
    }

    @Test("file that ends too early, at every length")
    func truncated() throws {
        let whole = bytes("{\"w\":\(entry("0", "24"))}", data: 24)
        for length in 0..<whole.count {
            let error = try #require(try refusal(whole.prefix(length)))
            #expect([.truncated, .malformed].contains(error.code))
            if length > whole.count - 24 {
                #expect(error.item == "w")
                #expect(error.offset == whole.count - 24)
            }
        }
    }

    @Test(
        "header that is no header",
        arguments: [
            "", "[]", "{", "null", "\u{0}\u{0}\u{0}", "{\"w\":1}", "{\"w\":{}}", "{\"w\":{\"dtype\":\"F32\",\"shape\":[2,3]}}",
            "{\"w\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0]}}",
            "{\"w\":{\"dtype\":\"F32\",\"shape\":\"x\",\"data_offsets\":[0,24]}}",
            "{\"w\":{\"dtype\":\"F32\",\"shape\":[2.5],\"data_offsets\":[0,24]}}",
            "{\"w\":{\"dtype\":\"F32\",\"shape\":[-2,-3],\"data_offsets\":[0,24]}}",
            "{\"w\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[24,0]}}",
            "{\"w\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[-8,16]}}",
            "{\"w\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,1e300]}}",
            "{\"w\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4,3],\"data_offsets\":[0,24]}}",
            "{\"w\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,1,6],\"data_offsets\":[0,24]}}",
            String(repeating: "[", count: 5000), "{\"a\":" + String(repeating: "{\"a\":", count: 2000),
        ])
    func malformed(header: String) throws {
        let error = try #require(try refusal(bytes(header, data: 24)))
        #expect(error.code == .malformed)
    }

    @Test("header length beyond the file or beyond reason")
    func headerLength() throws {
        for claimed in [UInt64.max, 1 << 63, 1 << 40, UInt64(SafetensorsFile.headerLimit) + 1] {
            #expect(try refusal(bytes("{}", claimed: claimed))?.code == .malformed)
        }
        #expect(try refusal(bytes("{}", claimed: 3))?.code == .truncated)
    }

    @Test("tensors that overlap, lie outside, or are shorter than their shape")
    func places() throws {
        let overlapping = try #require(try refusal(bytes("{\"a\":\(entry("0", "24")),\"b\":\(entry("20", "44"))}", data: 44)))
        #expect(overlapping.code == .malformed)
        #expect(overlapping.item == "b")
        #expect(overlapping.detail.contains("overlaps that of a"))
        let outside = try #require(try refusal(bytes("{\"a\":\(entry("4", "28"))}", data: 24)))
        #expect((outside.code, outside.item) == (.truncated, "a"))
        let far = try #require(
            try refusal(bytes("{\"a\":\(entry("9223372036854775783", "9223372036854775807"))}", data: 24)))
        #expect((far.code, far.item) == (.truncated, "a"))
        let short = try #require(try refusal(bytes("{\"a\":\(entry("0", "20"))}", data: 24)))
        #expect((short.code, short.item) == (.malformed, "a"))
    }

    @Test("tensor that is missing, of another shape, or of another format")
    func tensors() throws {
        let file = bytes("{\"w\":\(entry("0", "24")),\"i\":\(entry("24", "48", kind: "I32"))}", data: 48)
        #expect(try refusal(file, tensor: "v")?.code == .missingTensor)
        let shape = try #require(try refusal(file, tensor: "w", shape: [3, 2]))
        #expect(shape.code == .wrongShape)
        #expect(shape.detail == "the shape is [2, 3], the configuration asks for [3, 2]")
        #expect(try refusal(file, tensor: "i")?.code == .unsupported)
    }

    @Test("byte flipped anywhere in the header never traps")
    func flips() throws {
        let whole = bytes("{\"w\":\(entry("0", "24")),\"h\":\(entry("24", "36", kind: "F16"))}", data: 36)
        for position in 0..<(whole.count - 36) {
            for flip: UInt8 in [1, 4, 16, 128] {
                var file = whole
                file[position] ^= flip
                _ = try refusal(file, tensor: "w")
            }
        }
    }
}
