/// Splits a `multipart/form-data` body into `payload_json` and files, as bots send messages with attachments.
enum Multipart {
    struct Body: Sendable {
        var payload: [UInt8]?
        var files: [UploadedFile] = []
    }

    /// The boundary of a content type, if it is multipart.
    static func boundary(of contentType: String) -> String? {
        guard contentType.lowercased().hasPrefix("multipart/form-data") else { return nil }
        return parameter("boundary", in: contentType)
    }

    static func parse(_ bytes: [UInt8], boundary: String) throws(DiscordError) -> Body {
        let broken = DiscordError(400, 50035, "Invalid Form Body: the multipart body is malformed")
        guard !boundary.isEmpty, boundary.utf8.count <= 70 else { throw broken }
        let mark = Array("--\(boundary)".utf8)
        var body = Body()
        guard var at = find(mark, in: bytes, from: 0) else { throw broken }
        at += mark.count
        var count = 0
        while true {
            if bytes[at...].starts(with: "--".utf8) { return body }
            guard bytes[at...].starts(with: "\r\n".utf8), count < 32 else { throw broken }
            guard let headEnd = find(Array("\r\n\r\n".utf8), in: bytes, from: at), headEnd - at < 8_192,
                let end = find(Array("\r\n".utf8) + mark, in: bytes, from: headEnd + 2)
            else { throw broken }
            let head = String(decoding: bytes[at..<headEnd], as: UTF8.self)
            let content = end >= headEnd + 4 ? Array(bytes[(headEnd + 4)..<end]) : []
            add(head, content, to: &body, position: count)
            at = end + 2 + mark.count
            count += 1
        }
    }

    private static func add(_ head: String, _ content: [UInt8], to body: inout Body, position: Int) {
        var name = ""
        var filename: String?
        var type: String?
        for line in head.split(separator: "\r\n") {
            let lowered = line.lowercased()
            if lowered.hasPrefix("content-disposition:") {
                name = parameter("name", in: line) ?? ""
                filename = parameter("filename", in: line)
            } else if lowered.hasPrefix("content-type:") {
                type = line.dropFirst("content-type:".count).split(separator: ";").first.map { $0.filter { !$0.isWhitespace } }
            }
        }
        if name == "payload_json" {
            body.payload = content
        } else if let filename {
            let digits = name.filter(\.isNumber)
            body.files.append(UploadedFile(index: Int(digits) ?? position, filename: filename, contentType: type, bytes: content))
        }
    }

    private static func parameter(_ name: String, in line: some StringProtocol) -> String? {
        for part in line.split(separator: ";").dropFirst() {
            let pair = part.drop { $0 == " " }
            guard pair.lowercased().hasPrefix("\(name)=") else { continue }
            let value = pair.dropFirst(name.count + 1)
            return value.hasPrefix("\"") ? String(value.dropFirst().prefix { $0 != "\"" }) : String(value)
        }
        return nil
    }

    /// Where `needle` begins, by looking for its last byte in steps (Horspool).
    private static func find(_ needle: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard bytes.count - start >= needle.count else { return nil }
        var skip = [Int](repeating: needle.count, count: 256)
        for (index, byte) in needle.dropLast().enumerated() { skip[Int(byte)] = needle.count - 1 - index }
        var at = start
        while at + needle.count <= bytes.count {
            var index = needle.count - 1
            while bytes[at + index] == needle[index] {
                if index == 0 { return at }
                index -= 1
            }
            at += skip[Int(bytes[at + needle.count - 1])]
        }
        return nil
    }
}
