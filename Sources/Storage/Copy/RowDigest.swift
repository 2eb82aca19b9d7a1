import Crypto

/// SHA-256 over rows in an order, each value with its type and length, so that the same rows in two databases of different
/// kinds give the same sum and no others do.
struct RowDigest {
    private var hash = SHA256()
    private(set) var count = 0

    mutating func add(_ row: SQLRow) {
        count += 1
        for (column, value) in zip(row.columns, row.values) {
            add(0, column.utf8)
            switch value {
            case .null: add(1, [])
            case .integer(let number): add(2, withUnsafeBytes(of: number.littleEndian, Array.init))
            case .real(let number): add(3, withUnsafeBytes(of: number.bitPattern.littleEndian, Array.init))
            case .text(let text): add(4, text.utf8)
            case .bytes(let bytes): add(5, bytes)
            }
        }
        hash.update(data: [255])
    }

    private mutating func add(_ tag: UInt8, _ bytes: some Collection<UInt8>) {
        hash.update(data: [tag])
        hash.update(data: withUnsafeBytes(of: UInt64(bytes.count).littleEndian, Array.init))
        hash.update(data: Array(bytes))
    }

    /// As 64 hexadecimal digits.
    func text() -> String {
        hash.finalize().map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}
