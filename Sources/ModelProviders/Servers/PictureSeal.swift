import Pictures

/// A look at the outside of a picture that a server sent: enough to turn to another server when it is cut short or a lie.
/// The inside is checked where pictures are decoded.
enum PictureSeal {
    /// What is wrong with it, to stand behind "a picture that"; nil when nothing is.
    static func problem(of bytes: [UInt8]) -> String? {
        let header: PictureHeader
        do { header = try PictureHeader(bytes) } catch { return "cannot be used: \(error)" }
        let limits = PictureLimits()
        guard header.width <= limits.maximumSide, header.height <= limits.maximumSide, header.width * header.height <= limits.maximumPixels
        else { return "claims to be \(header.width)×\(header.height)" }
        guard bytes.count <= limits.maximumBytes else { return "has \(bytes.count) bytes" }
        return isWhole(bytes, header.format) ? nil : "is cut short"
    }

    private static func isWhole(_ bytes: [UInt8], _ format: PictureFormat) -> Bool {
        switch format {
        case .png: bytes.suffix(64).contains(["I", "E", "N", "D"].map { $0.utf8.first! })
        case .jpeg: bytes.suffix(64).contains([0xFF, 0xD9])
        // The length of what follows it stands in the first chunk's header.
        case .webp: bytes[4..<8].reversed().reduce(0) { $0 << 8 | Int($1) } + 8 <= bytes.count + 1
        case .gif: bytes.suffix(64).contains(0x3B)
        }
    }
}
