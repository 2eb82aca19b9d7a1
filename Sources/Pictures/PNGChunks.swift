/// The chunks of a PNG in their order, up to the first that is not whole (PNG, third edition, 5.3).
struct PNGChunks: Sequence, IteratorProtocol {
    struct Chunk {
        /// Four letters.
        let type: String
        /// Where its type and data are.
        let content: Range<Int>

        var data: Range<Int> { (content.lowerBound + 4)..<content.upperBound }
        /// Length, type, data and checksum.
        var whole: Range<Int> { (content.lowerBound - 4)..<(content.upperBound + 4) }
    }

    private let png: [UInt8]
    private var at = 8

    /// - Parameter png: begins with the signature; what follows may be anything.
    init(_ png: [UInt8]) { self.png = png }

    mutating func next() -> Chunk? {
        guard at + 12 <= png.count else { return nil }
        let length = png.bigEndian(at: at, count: 4)
        guard length <= png.count - at - 12 else { return nil }
        defer { at += 12 + length }
        return Chunk(type: String(decoding: png[(at + 4)..<(at + 8)], as: UTF8.self), content: (at + 4)..<(at + 8 + length))
    }
}
