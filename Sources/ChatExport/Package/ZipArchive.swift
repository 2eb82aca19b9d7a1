import Foundation

/// The list of contents of a zip file, and its entries one by one; with the extensions for large files. Strangers make zip files:
/// sizes and counts are checked before they are believed.
final class ZipArchive {
    struct Entry: Sendable, Hashable {
        var name: String
        var isDeflated: Bool
        var compressedSize: Int
        var size: Int
        var headerOffset: Int
    }

    static let entries = 500_000
    static let directoryLimit = 128 << 20
    private static let chunk = 262_144

    private let file: FileHandle
    let size: Int

    init(_ file: FileHandle) throws {
        self.file = file
        size = Int(try file.seekToEnd())
    }

    /// Everything in it, in the order of its list; folders left out.
    ///
    /// - Parameter isWanted: told the name; what is not wanted is not kept in memory.
    func list(where isWanted: (String) -> Bool) throws -> [Entry] {
        let (offset, length, count) = try directory()
        guard length <= Self.directoryLimit, count <= Self.entries, offset + length <= size else {
            throw ExportError(.tooLarge, "the package lists more than \(Self.entries) files")
        }
        let bytes = LittleEndian(try read(at: offset, length))
        var position = 0
        var entries: [Entry] = []
        while position + 46 <= bytes.count, bytes.number(at: position, 4) == 0x0201_4B50 {
            let method = bytes.number(at: position + 10, 2)
            let nameLength = bytes.number(at: position + 28, 2)
            let extraLength = bytes.number(at: position + 30, 2)
            let end = position + 46 + nameLength + extraLength + bytes.number(at: position + 32, 2)
            guard end <= bytes.count else { break }
            var entry = Entry(
                name: String(decoding: bytes[(position + 46)..<(position + 46 + nameLength)], as: UTF8.self), isDeflated: method == 8,
                compressedSize: bytes.number(at: position + 20, 4), size: bytes.number(at: position + 24, 4),
                headerOffset: bytes.number(at: position + 42, 4))
            Self.widen(&entry, bytes, from: position + 46 + nameLength, length: extraLength)
            if !entry.name.hasSuffix("/"), isWanted(entry.name) {
                guard method == 0 || method == 8, bytes.number(at: position + 8, 2) & 1 == 0 else {
                    throw ExportError(.unknownFormat, "the package is packed in a way that is not read here; unpack it and name the folder")
                }
                entries.append(entry)
            }
            position = end
        }
        return entries
    }

    /// The content, piece by piece.
    func read(_ entry: Entry, _ each: ([UInt8]) throws -> Void) throws {
        let header = LittleEndian(try read(at: entry.headerOffset, 30))
        guard header.number(at: 0, 4) == 0x0403_4B50 else { throw Self.damaged }
        var position = entry.headerOffset + 30 + header.number(at: 26, 2) + header.number(at: 28, 2)
        guard position + entry.compressedSize <= size else { throw Self.damaged }
        var left = entry.compressedSize
        let inflater = entry.isDeflated ? try Inflater() : nil
        while left > 0 {
            let bytes = try read(at: position, min(Self.chunk, left))
            position += bytes.count
            left -= bytes.count
            if let inflater { try inflater.feed(bytes, each) } else { try each(bytes) }
        }
        if let inflater, !inflater.isAtEnd { throw Self.damaged }
    }

    /// Where the list of contents lies, how long it is, and how many entries it has.
    private func directory() throws -> (offset: Int, length: Int, count: Int) {
        let tailLength = min(size, 65_557)
        let tailOffset = size - tailLength
        let tail = LittleEndian(try read(at: tailOffset, tailLength))
        guard let end = stride(from: tail.count - 22, through: 0, by: -1).first(where: { tail.number(at: $0, 4) == 0x0605_4B50 }) else {
            throw ExportError(.truncated, "the package has no list of contents: it is not whole; fetch it again")
        }
        let plain = (tail.number(at: end + 16, 4), tail.number(at: end + 12, 4), tail.number(at: end + 10, 2))
        guard plain.0 == 0xFFFF_FFFF || plain.1 == 0xFFFF_FFFF || plain.2 == 0xFFFF, end >= 20, tail.number(at: end - 20, 4) == 0x0706_4B50
        else { return plain }
        let wide = tail.number(at: end - 12, 8)
        guard wide >= 0, wide + 56 <= size else { throw Self.damaged }
        let record = LittleEndian(try read(at: wide, 56))
        guard record.number(at: 0, 4) == 0x0606_4B50 else { throw Self.damaged }
        return (max(0, record.number(at: 48, 8)), max(0, record.number(at: 40, 8)), max(0, record.number(at: 32, 8)))
    }

    /// Sizes over 4 GiB stand in an extra field, in this order, where the plain ones are full.
    private static func widen(_ entry: inout Entry, _ bytes: LittleEndian, from start: Int, length: Int) {
        var position = start
        while position + 4 <= start + length {
            let size = bytes.number(at: position + 2, 2)
            defer { position += 4 + size }
            guard bytes.number(at: position, 2) == 1, position + 4 + size <= start + length else { continue }
            var field = position + 4
            func wide(_ value: inout Int) {
                guard value == 0xFFFF_FFFF, field + 8 <= position + 4 + size else { return }
                value = max(0, bytes.number(at: field, 8))
                field += 8
            }
            wide(&entry.size)
            wide(&entry.compressedSize)
            wide(&entry.headerOffset)
        }
    }

    private func read(at offset: Int, _ count: Int) throws -> [UInt8] {
        guard offset >= 0, count >= 0, offset <= size else { throw Self.damaged }
        try file.seek(toOffset: UInt64(offset))
        let bytes = try file.read(upToCount: count).map(Array.init) ?? []
        guard bytes.count == count else { throw Self.damaged }
        return bytes
    }

    private static let damaged = ExportError(.malformed, "the package is damaged: a file is not where its list says; fetch it again")
}

/// Numbers of a zip file.
private struct LittleEndian {
    private let bytes: [UInt8]
    var count: Int { bytes.count }

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    subscript(range: Range<Int>) -> ArraySlice<UInt8> { bytes[range] }

    /// Zero beyond the end; of eight bytes the sign is kept.
    func number(at position: Int, _ length: Int) -> Int {
        guard position >= 0, position + length <= bytes.count else { return 0 }
        return (0..<length).reduce(0) { $0 | Int(truncatingIfNeeded: UInt64(bytes[position + $1]) << (8 * UInt64($1))) }
    }
}
