import Foundation

/// A person's own Discord data package: what they wrote themselves, channel by channel, and nobody else's words. Folders are named
/// in the person's language, so files are told by their last part.
struct PackageReader {
    let archive: ZipArchive

    /// - Parameters:
    ///   - progress: told how many of the packed bytes are done.
    ///   - each: told the message and its channel.
    /// - Returns: the person, and how many channels there were.
    func read(
        progress: (Int) throws -> Void, each: (ExportedMessage, ExportedChannel) throws -> Void
    ) throws -> (owner: ExportedAuthor, channels: Int) {
        let entries = try archive.list { name in
            ["messages.json", "messages.csv", "channel.json", "index.json", "user.json"].contains(Self.last(name))
        }
        let owner = try self.owner(entries)
        let names = try index(entries)
        let conversations = entries.filter { ["messages.json", "messages.csv"].contains(Self.last($0.name)) }
        guard !conversations.isEmpty else {
            throw ExportError(.unknownFormat, "the zip holds no messages.json: ask Discord for the package with \"Messages\" ticked")
        }
        var done = 0
        for entry in conversations {
            let id = Self.channelID(entry.name)
            let channel = ExportedChannel(id: id, name: id.flatMap { names[String($0)] })
            var reader: any ExportReader =
                entry.name.hasSuffix(".csv")
                ? CSVExportReader(channel: channel, owner: owner) : JSONExportReader(channel: channel, owner: owner)
            try archive.read(entry) { bytes in try reader.feed(bytes) { try each($0, channel) } }
            try reader.finish { try each($0, channel) }
            done += entry.compressedSize
            try progress(done)
        }
        return (owner, conversations.count)
    }

    /// `account/user.json` says whose package it is.
    private func owner(_ entries: [ZipArchive.Entry]) throws -> ExportedAuthor {
        struct Form: Decodable {
            let id: String?
            let username: String?
            let global_name: String?
        }
        guard let entry = entries.first(where: { Self.last($0.name) == "user.json" }),
            let form = try? JSONDecoder().decode(Form.self, from: Data(try whole(entry)))
        else { return ExportedAuthor(name: "the package's owner") }
        return ExportedAuthor(id: form.id.flatMap(UInt64.init), name: form.username ?? "the package's owner", nickname: form.global_name)
    }

    /// `messages/index.json`: what the channels are called.
    private func index(_ entries: [ZipArchive.Entry]) throws -> [String: String] {
        let found = entries.filter { Self.last($0.name) == "index.json" }
        guard let entry = found.first(where: { $0.name.lowercased().contains("messages") }) ?? found.first else { return [:] }
        let names = try? JSONDecoder().decode([String: String?].self, from: Data(try whole(entry)))
        return names?.compactMapValues { $0 } ?? [:]
    }

    private func whole(_ entry: ZipArchive.Entry) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try archive.read(entry) { more in
            bytes += more
            guard bytes.count <= 32 << 20 else { throw ExportError(.tooLarge, "a list in the package is longer than 32 MiB") }
        }
        return bytes
    }

    private static func last(_ name: String) -> String { name.split(separator: "/").last.map { $0.lowercased() } ?? "" }

    /// Of `messages/c123/messages.json`, 123; older packages write the folder without the c.
    private static func channelID(_ name: String) -> UInt64? {
        let parts = name.split(separator: "/")
        guard parts.count >= 2 else { return nil }
        return UInt64(parts[parts.count - 2].drop { !$0.isNumber })
    }
}
