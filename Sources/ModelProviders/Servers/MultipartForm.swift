/// A form with files (RFC 7578), for servers that take pictures that way.
struct MultipartForm: Sendable {
    private var parts: [(head: String, bytes: [UInt8])] = []

    mutating func add(_ name: String, _ value: String) {
        parts.append(("name=\"\(name)\"\r\n", Array(value.utf8)))
    }

    /// - Parameters:
    ///   - filename: our own, of harmless characters.
    mutating func add(_ name: String, filename: String, type: String, bytes: [UInt8]) {
        parts.append(("name=\"\(name)\"; filename=\"\(filename)\"\r\nContent-Type: \(type)\r\n", bytes))
    }

    /// - Parameter id: makes the boundary; a UUID of the bytes' own name cannot stand in them by accident.
    func call(_ path: String, id: String, limits: ServerCall.Limits, personal: [String] = []) -> ServerCall {
        let boundary = "troupe-\(id)"
        var body: [UInt8] = []
        body.reserveCapacity(parts.reduce(256) { $0 + $1.bytes.count + $1.head.utf8.count + 100 })
        for part in parts {
            body += "--\(boundary)\r\nContent-Disposition: form-data; \(part.head)\r\n".utf8
            body += part.bytes
            body += "\r\n".utf8
        }
        body += "--\(boundary)--\r\n".utf8
        return ServerCall(
            method: .post, path: path, headers: [("Content-Type", "multipart/form-data; boundary=\(boundary)")], body: body, limits: limits,
            personal: personal)
    }
}
