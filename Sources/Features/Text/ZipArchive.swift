import Pictures

/// Makes a ZIP file, without compression: what is in it is packed already, or small. Pure.
///
/// Source: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
enum ZipArchive {
    struct Entry: Sendable, Hashable {
        /// UTF-8, parts divided by slashes, none of them `..`.
        var path: String
        var bytes: [UInt8]
    }

    /// - Parameter entries: at most 65,535, together less than 4 GiB.
    static func bytes(_ entries: [Entry]) -> [UInt8] {
        var archive: [UInt8] = []
        var directory: [UInt8] = []
        for entry in entries {
            let (path, offset) = (Array(entry.path.utf8), archive.count)
            // Version 2.0, names in UTF-8, stored, on the first day that the format knows: the same content is the same file.
            let facts =
                little(20, 2) + little(0x0800, 2) + little(0, 2) + little(0, 2) + little(0x21, 2) + little(Int(CRC32.of(entry.bytes)), 4)
                + little(entry.bytes.count, 4) + little(entry.bytes.count, 4) + little(path.count, 2) + little(0, 2)
            archive += little(0x0403_4b50, 4) + facts + path + entry.bytes
            // No comment, first disk, no attributes.
            directory += little(0x0201_4b50, 4) + little(20, 2) + facts + little(0, 2) + little(0, 2) + little(0, 2) + little(0, 4)
            directory += little(offset, 4) + path
        }
        let ending =
            little(0x0605_4b50, 4) + little(0, 4) + little(entries.count, 2) + little(entries.count, 2) + little(directory.count, 4)
            + little(archive.count, 4) + little(0, 2)
        return archive + directory + ending
    }

    private static func little(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
}
