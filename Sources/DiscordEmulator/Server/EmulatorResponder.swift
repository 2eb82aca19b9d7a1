import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

/// Sends each HTTP request to the part that it is for: REST, CDN, control API or the page.
struct EmulatorResponder: Sendable {
    let core: EmulatorCore
    let guardian: OriginGuard
    let pages: WebPages

    func respond(to request: Request, _ context: EmulatorContext) async throws -> Response {
        guard guardian.accepts(host: request.head.authority, origin: request.headers[.origin]) else {
            return Self.json(403, ["message": "This emulator answers only to its own page. Add the host to its allowed hosts."])
        }
        let target = RequestTarget(request.uri.string)
        switch target.segments.first {
        case "oauth2" where target.segments == ["oauth2", "authorize"]: return try await authorizePage(request, target)
        case "api" where target.segments.suffix(2) == ["oauth2", "authorize"]: return try await authorizePage(request, target)
        case "api": return try await rest(request, target, context)
        case "cdn": return cdn(target, request.method)
        case "_emulator":
            return try await ControlAPI(core: core).respond(to: request, path: Array(target.segments.dropFirst()), query: target.query)
        default:
            guard request.method == .get || request.method == .head else {
                return Self.json(405, ["message": "405: Method Not Allowed", "code": 0])
            }
            return pages.respond(to: target.segments)
        }
    }

    static func json(_ status: Int, _ body: JSON, headers: [(String, String)] = []) -> Response {
        json(status, body.bytes, headers: headers)
    }

    static func json(_ status: Int, _ body: [UInt8]?, headers: [(String, String)]) -> Response {
        var fields = HTTPFields()
        if body != nil { fields[.contentType] = "application/json" }
        for (name, value) in headers { if let name = HTTPField.Name(name) { fields[name] = value } }
        let content = body.map { ResponseBody(byteBuffer: ByteBuffer(bytes: $0)) } ?? ResponseBody()
        return Response(status: .init(code: status), headers: fields, body: content)
    }
}

/// A request's context: it knows the connection, which some faults cut.
struct EmulatorContext: InitializableFromSource {
    let channel: any Channel
    init(source: ApplicationRequestContextSource) { channel = source.channel }
}
