import NIOCore

/// One value of Redis' protocol, version 2.
/// Source: https://redis.io/docs/latest/develop/reference/protocol-spec/
enum RESPValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])
    case error(String)
    case array([RESPValue])

    /// What scripts and commands return as words; nil for anything else.
    var string: String? {
        switch self {
        case .text(let text): text
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        case .integer(let number): String(number)
        case .null, .error, .array: nil
        }
    }

    var integer: Int64? { if case .integer(let number) = self { number } else { string.flatMap { Int64($0) } } }

    var data: [UInt8]? { if case .bytes(let bytes) = self { bytes } else { nil } }

    var array: [RESPValue]? { if case .array(let values) = self { values } else { nil } }

    var isNull: Bool { self == .null }
}

/// One word of a command.
enum RESPWord: Sendable, ExpressibleByStringLiteral {
    case text(String)
    case bytes([UInt8])

    init(stringLiteral value: String) { self = .text(value) }

    /// In bytes.
    var count: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        }
    }
}

extension ByteBuffer {
    mutating func writeRESP(command words: [RESPWord]) {
        writeString("*\(words.count)\r\n")
        for word in words {
            switch word {
            case .text(let text):
                writeString("$\(text.utf8.count)\r\n")
                writeString(text)
            case .bytes(let bytes):
                writeString("$\(bytes.count)\r\n")
                writeBytes(bytes)
            }
            writeString("\r\n")
        }
    }
}

/// Cuts the stream into values. Bounds: what a server of ours never sends ends the connection.
struct RESPDecoder: ByteToMessageDecoder {
    typealias InboundOut = RESPValue

    /// Longest string; the largest output file is smaller.
    static let longest = 64 * 1_024 * 1_024
    static let deepest = 8
    private static let longestLine = 64 * 1_024

    struct Malformed: Error {}

    mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        // First looked over, so that megabytes are copied once only.
        var (scout, reader) = (buffer, buffer)
        guard try Self.skip(&scout, depth: 0), let value = try Self.value(&reader, depth: 0) else { return .needMoreData }
        buffer = reader
        context.fireChannelRead(wrapInboundOut(value))
        return .continue
    }

    mutating func decodeLast(context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool) throws -> DecodingState {
        try decode(context: context, buffer: &buffer)
    }

    /// Goes past the next value; false if it has not arrived whole.
    private static func skip(_ buffer: inout ByteBuffer, depth: Int) throws -> Bool {
        guard depth <= deepest else { throw Malformed() }
        guard let kind: UInt8 = buffer.readInteger(), let line = try line(&buffer) else { return false }
        guard kind == UInt8(ascii: "$") || kind == UInt8(ascii: "*"), let count = Int(line), count >= 0 else { return true }
        if kind == UInt8(ascii: "$") {
            guard count <= longest else { throw Malformed() }
            return buffer.readSlice(length: count + 2) != nil
        }
        for _ in 0..<count { guard try skip(&buffer, depth: depth + 1) else { return false } }
        return true
    }

    /// The next value; nil if it has not arrived whole.
    static func value(_ buffer: inout ByteBuffer, depth: Int) throws -> RESPValue? {
        guard depth <= deepest else { throw Malformed() }
        guard let kind: UInt8 = buffer.readInteger() else { return nil }
        guard let line = try line(&buffer) else { return nil }
        switch kind {
        case UInt8(ascii: "+"): return .text(line)
        case UInt8(ascii: "-"): return .error(line)
        case UInt8(ascii: ":"):
            guard let number = Int64(line) else { throw Malformed() }
            return .integer(number)
        case UInt8(ascii: "$"):
            guard let count = Int(line), count <= longest else { throw Malformed() }
            if count < 0 { return .null }
            guard buffer.readableBytes >= count + 2, let bytes = buffer.readBytes(length: count) else { return nil }
            buffer.moveReaderIndex(forwardBy: 2)
            return .bytes(bytes)
        case UInt8(ascii: "*"):
            guard let count = Int(line), count <= 1_000_000 else { throw Malformed() }
            if count < 0 { return .null }
            var values: [RESPValue] = []
            for _ in 0..<count {
                guard let value = try value(&buffer, depth: depth + 1) else { return nil }
                values.append(value)
            }
            return .array(values)
        default: throw Malformed()
        }
    }

    private static func line(_ buffer: inout ByteBuffer) throws -> String? {
        guard let end = buffer.readableBytesView.firstIndex(of: UInt8(ascii: "\r")) else {
            if buffer.readableBytes > longestLine { throw Malformed() }
            return nil
        }
        let count = end - buffer.readerIndex
        guard buffer.readableBytes >= count + 2, let text = buffer.readString(length: count) else { return nil }
        buffer.moveReaderIndex(forwardBy: 2)
        return text
    }
}
