/// Cuts a stream of bytes into lines, however the bytes were split on their way; a line ends with LF, CRLF or CR.
struct LineReader: Sendable {
    private let limit: Int
    private var line: [UInt8] = []
    /// The last byte was a CR: a LF that follows belongs to it.
    private var afterReturn = false

    /// - Parameter limit: bytes of the longest line that is taken.
    init(limit: Int) { self.limit = limit }

    /// - Returns: the lines that these bytes complete, without their ends.
    mutating func feed(_ bytes: some Sequence<UInt8>) throws(AnswerTooLarge) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        for byte in bytes {
            defer { afterReturn = byte == UInt8(ascii: "\r") }
            switch byte {
            case UInt8(ascii: "\n") where afterReturn: continue
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                lines.append(line)
                line.removeAll(keepingCapacity: true)
            default:
                guard line.count < limit else { throw AnswerTooLarge(what: "a line of the answer", limit: limit) }
                line.append(byte)
            }
        }
        return lines
    }

    /// What stands after the last line's end; nil for nothing.
    mutating func finish() -> [UInt8]? {
        defer { line = [] }
        return line.isEmpty ? nil : line
    }
}
