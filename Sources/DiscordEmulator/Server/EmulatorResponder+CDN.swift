import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import OrderedCollections

/// The CDN: attachments behind signed addresses that expire, and generated avatars.
extension EmulatorResponder {
    func cdn(_ target: RequestTarget, _ method: HTTPRequest.Method) -> Response {
        guard method == .get || method == .head else { return Self.json(405, ["message": "405: Method Not Allowed", "code": 0]) }
        let path = target.segments
        switch path.dropFirst().first {
        case "attachments" where path.count == 5: return attachment(path, target.query)
        case "avatars" where path.count == 4: return avatar(path[2], picture: path[3])
        default: return gone
        }
    }

    private var gone: Response {
        Response(
            status: .notFound, headers: [.contentType: "text/plain; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: "This content is no longer available.")))
    }

    private func attachment(_ path: [String], _ query: [String: String]) -> Response {
        guard let id = ID(path[3]) else { return gone }
        let address = "/" + path.joined(separator: "/")
        let bytes = core.step { state -> [UInt8]? in
            guard
                state.world.accepts(
                    path: address, expires: query["ex"] ?? "", issued: query["is"] ?? "", signature: query["hm"] ?? "")
            else { return nil }
            return state.world.files[id]
        }
        guard let bytes else { return gone }
        let type = ImageSize.read(bytes)?.type ?? ContentType.guess(path[4])
        // What is no picture is for saving: a page of somebody's must not run as ours.
        let isShown =
            ["image/png", "image/jpeg", "image/gif", "image/webp"].contains(type) || type.hasPrefix("video/") || type.hasPrefix("audio/")
        var headers: HTTPFields = [.contentType: type, .cacheControl: "private, max-age=3600", .xContentTypeOptions: "nosniff"]
        if !isShown { headers[.contentDisposition] = "attachment; filename=\"\(path[4].filter { $0 != "\"" })\"" }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    private func avatar(_ user: String, picture: String) -> Response {
        let hash = picture.split(separator: ".").first.map(String.init) ?? ""
        let (name, address) = core.step { state in
            (ID(user).flatMap { state.world.users[$0]?.username } ?? user, state.world.personaPictures[hash])
        }
        if let address, address.hasPrefix("data:image/") {
            let parts = address.dropFirst("data:".count).split(separator: ";base64,")
            guard parts.count == 2, let bytes = Base64.decode(parts[1]), let type = ImageSize.read(bytes)?.type else { return gone }
            return Response(
                status: .ok, headers: [.contentType: type, .cacheControl: "private, max-age=3600", .xContentTypeOptions: "nosniff"],
                body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
        }
        if let address { return Response(status: .found, headers: [.location: address]) }
        let hue = user.utf8.reduce(0) { ($0 * 31 + Int($1)) % 360 }
        let letter = name.first.map { String($0).uppercased() }.map { "<>&\"'".contains($0) ? "?" : $0 } ?? "?"
        let svg = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64">\
            <rect width="64" height="64" fill="hsl(\(hue) 55% 45%)"/>\
            <text x="32" y="43" font-family="sans-serif" font-size="32" text-anchor="middle" fill="#fff">\(letter)</text></svg>
            """
        return Response(
            status: .ok, headers: [.contentType: "image/svg+xml", .cacheControl: "private, max-age=3600"],
            body: .init(byteBuffer: ByteBuffer(string: svg)))
    }
}
