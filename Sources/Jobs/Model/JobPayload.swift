import Foundation

/// JSON that Jobs carries and never reads: a job's arguments, an output's summary, a delivery's body.
///
/// Features writes and reads it. It holds prompts, so it prints its size and nothing else.
public struct JobPayload: Sendable, Hashable {
    /// No payload is larger, in bytes.
    public static let limit = 256 * 1_024

    public let bytes: [UInt8]

    public init(bytes: [UInt8]) { self.bytes = bytes }

    /// An empty JSON object.
    public static let empty = JobPayload(bytes: Array("{}".utf8))

    /// Encodes as JSON with sorted keys, so that equal values are equal bytes.
    public init(encoding value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        bytes = try Array(encoder.encode(value))
    }

    public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: Data(bytes))
    }
}

extension JobPayload: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "<\(bytes.count) bytes>" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
