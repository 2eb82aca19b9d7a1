import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

/// The files of the web client, as they lie in the bundle.
struct WebPages: Sendable {
    private let folder: URL?

    init() { folder = Bundle.module.url(forResource: "Web", withExtension: nil) }

    func respond(to segments: [String]) -> Response {
        let path = segments.isEmpty ? ["index.html"] : segments
        let isPlain = path.allSatisfy { !$0.hasPrefix(".") && !$0.contains("/") && !$0.contains("\\") && !$0.contains("\0") }
        guard isPlain, let file = folder.map({ path.reduce($0) { $0.appendingPathComponent($1) } }),
            let content = FileManager.default.contents(atPath: file.path)
        else {
            return Response(
                status: .notFound, headers: [.contentType: "text/plain; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: "There is no such page. The web client is at /.")))
        }
        var headers: HTTPFields = [
            .contentType: ContentType.guess(path.last ?? ""), .cacheControl: "no-cache", .xContentTypeOptions: "nosniff",
        ]
        headers[.contentSecurityPolicy] =
            "default-src 'self'; img-src 'self' data: blob: http: https:; media-src 'self' blob: http: https:; style-src 'self' 'unsafe-inline'; "
            + "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: content)))
    }
}
