import CZlib
import Foundation
import Testing

@testable import ChatExport

@Suite("A person's own data package")
struct PackageTests {
    static let files: [(String, String)] = [
        ("account/user.json", #"{"id":"5","username":"alice","global_name":"Alice"}"#),
        ("messages/index.json", #"{"2":"Direct Message with bob#0","3":null}"#),
        ("messages/c2/channel.json", #"{"id":"2","type":1}"#),
        (
            "messages/c2/messages.json",
            #"[{"ID":175928847299117063,"Timestamp":"2016-04-30 11:18:25","Contents":"hello","Attachments":""},"#
                + #"{"ID":"10","Timestamp":"2016-04-30 11:19:00","Contents":"<@6> look","Attachments":"https://a https://b"}]"#
        ),
        ("messages/c3/messages.csv", "ID,Timestamp,Contents,Attachments\n11,2016-04-30 11:18:25.796000+00:00,old times,\n"),
    ]

    @Test(arguments: [true, false])
    func `every message is the person's, with its channel`(isDeflated: Bool) throws {
        try withFolder { folder in
            try Data(Zip.make(Self.files, isDeflated: isDeflated)).write(to: URL(fileURLWithPath: folder + "/package.zip"))
            var messages: [(ExportedMessage, Int)] = []
            var fractions: [Double] = []
            let documents = try ExportReading(ExportFiles([folder])).read(progress: { fractions.append($0) }) { messages.append(($0, $1)) }
            #expect(documents.map(\.problem) == [nil])
            #expect(documents.first?.owner == ExportedAuthor(id: 5, name: "alice", nickname: "Alice"))
            #expect(messages.map(\.0.content) == ["hello", "<@6> look", "old times"])
            #expect(Set(messages.map(\.0.author.id)) == [5])
            #expect(messages[0].0.sentAt == moment("2016-04-30 11:18:25") && messages[1].0.attachments == 2)
            #expect(messages[0].1 == messages[1].1 && messages[1].1 != messages[2].1)
            #expect(fractions == fractions.sorted() && !fractions.isEmpty)
        }
    }

    @Test func `a package that is not whole says so`() throws {
        try withFolder { folder in
            let bytes = Zip.make(Self.files, isDeflated: true)
            try Data(bytes.dropLast(60)).write(to: URL(fileURLWithPath: folder + "/package.zip"))
            let documents = try ExportReading(ExportFiles([folder])).read { _, _ in }
            #expect(documents.first?.problem?.code == .truncated)
        }
    }

    @Test func `a zip of something else is refused with the reason`() throws {
        try withFolder { folder in
            try Data(Zip.make([("a.txt", "x")], isDeflated: false)).write(to: URL(fileURLWithPath: folder + "/a.zip"))
            let documents = try ExportReading(ExportFiles([folder + "/a.zip"])).read { _, _ in }
            #expect(documents.first?.problem?.description.contains("messages.json") == true)
        }
    }

    @Test func `lies about sizes and places do no harm`() throws {
        let whole = Zip.make(Self.files, isDeflated: true)
        try withFolder { folder in
            let path = folder + "/p.zip"
            for position in stride(from: 0, to: whole.count, by: 3) {
                var bytes = whole
                bytes[position] = 0xFF
                try Data(bytes).write(to: URL(fileURLWithPath: path))
                _ = try? ExportReading(ExportFiles([path])).read { _, _ in }
            }
        }
    }
}

/// Makes zip files.
enum Zip {
    static func make(_ files: [(String, String)], isDeflated: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        var list: [UInt8] = []
        for (name, text) in files {
            let content = Array(text.utf8)
            let packed = isDeflated ? deflated(content) : content
            let sizes = number(0, 4) + number(packed.count, 4) + number(content.count, 4)
            let common = number(20, 2) + number(0, 2) + number(isDeflated ? 8 : 0, 2) + number(0, 4) + sizes + number(name.utf8.count, 2)
            list +=
                number(0x0201_4B50, 4) + number(20, 2) + common + number(0, 2) + number(0, 2) + number(0, 2) + number(0, 2)
                + number(0, 4) + number(bytes.count, 4) + Array(name.utf8)
            bytes += number(0x0403_4B50, 4) + common + number(0, 2) + Array(name.utf8) + packed
        }
        let start = bytes.count
        return bytes + list + number(0x0605_4B50, 4) + number(0, 4) + number(files.count, 2) + number(files.count, 2)
            + number(list.count, 4) + number(start, 4) + number(0, 2)
    }

    private static func number(_ value: Int, _ length: Int) -> [UInt8] { (0..<length).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }

    private static func deflated(_ bytes: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        deflateInit2_(&stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        defer { deflateEnd(&stream) }
        var input = bytes
        return [UInt8](unsafeUninitializedCapacity: bytes.count + 1_024) { space, count in
            input.withUnsafeMutableBufferPointer { input in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = space.baseAddress
                stream.avail_out = UInt32(space.count)
                deflate(&stream, Z_FINISH)
            }
            count = Int(stream.total_out)
        }
    }
}
