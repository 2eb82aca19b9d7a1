import DiscordModels

/// Writes `multipart/form-data`: the JSON as `payload_json`, then file n as `files[n]`.
///
/// Source: https://discord.com/developers/docs/reference#uploading-files and RFC 7578.
struct MultipartBody: Sendable {
    let contentType: String
    let bytes: [UInt8]

    /// - Parameters:
    ///   - randomness: numbers for the boundary, drawn until it occurs in none of the parts.
    init(json: [UInt8], files: [FileUpload], randomness: () -> UInt64) {
        var boundary = ""
        repeat {
            boundary = "troupe-" + String(randomness(), radix: 36) + String(randomness(), radix: 36)
        } while Self.occurs(Array(boundary.utf8), in: json) || files.contains { Self.occurs(Array(boundary.utf8), in: $0.bytes) }

        var bytes: [UInt8] = []
        bytes.reserveCapacity(json.count + files.reduce(0) { $0 + $1.bytes.count } + 256 * (files.count + 1))
        func text(_ text: String) { bytes += text.utf8 }
        text("--\(boundary)\r\nContent-Disposition: form-data; name=\"payload_json\"\r\nContent-Type: application/json\r\n\r\n")
        bytes += json
        for (n, file) in files.enumerated() {
            text(
                "\r\n--\(boundary)\r\nContent-Disposition: form-data; name=\"files[\(n)]\"; filename=\"\(Self.quoted(file.filename))\"\r\n")
            text("Content-Type: \(Self.quoted(file.contentType))\r\n\r\n")
            bytes += file.bytes
        }
        text("\r\n--\(boundary)--\r\n")
        self.bytes = bytes
        contentType = "multipart/form-data; boundary=\(boundary)"
    }

    /// As browsers do: what would end the value or the header is percent-encoded.
    private static func quoted(_ text: String) -> String {
        var quoted = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "%22"
            case "\r": quoted += "%0D"
            case "\n": quoted += "%0A"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted
    }

    /// Whether the boundary stands somewhere in the bytes.
    private static func occurs(_ needle: [UInt8], in bytes: [UInt8]) -> Bool {
        guard bytes.count >= needle.count else { return false }
        return bytes.withUnsafeBufferPointer { bytes in
            needle.withUnsafeBufferPointer { needle in
                let last = bytes.count - needle.count
                var i = 0
                while i <= last {
                    if bytes[i] == needle[0], bytes[i + 6] == needle[6] {
                        var j = 1
                        while j < needle.count, bytes[i + j] == needle[j] { j += 1 }
                        if j == needle.count { return true }
                    }
                    i += 1
                }
                return false
            }
        }
    }
}
