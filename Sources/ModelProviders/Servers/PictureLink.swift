import Foundation

/// Where a server says that a picture lies, and whether we go there: only to the server itself, or over https to a host that
/// the operator allows. A link is a way to make us ask inside our own network, so that everything else is refused. Pure.
struct PictureLink: Sendable, Hashable {
    let origin: ServerAddress
    let host: String
    /// With its query.
    let path: String
    /// On the model's own server, to which its key may be shown.
    let isOwn: Bool

    /// Why a link is not followed; holds the host, never the path, which may be a way in.
    struct Refused: Error, Sendable, Hashable, CustomStringConvertible {
        let description: String
    }

    init(_ text: String, from server: ServerAddress, allowedHosts: Set<String>) throws(Refused) {
        guard text.utf8.count <= 8_192, let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            let host = parts.host?.lowercased(), !host.isEmpty, let own = URLComponents(string: server.base)
        else { throw Refused(description: "the link is no address") }
        guard parts.user == nil, parts.password == nil else { throw Refused(description: "the link holds a name or password") }
        self.host = host
        let port = parts.port ?? Self.usualPort(scheme)
        isOwn =
            scheme == own.scheme?.lowercased() && host == own.host?.lowercased() && port == own.port ?? Self.usualPort(own.scheme ?? "")
        if !isOwn {
            guard scheme == "https", port == 443 else { throw Refused(description: "the link to \(host) is no https link") }
            guard allowedHosts.contains(host) else {
                throw Refused(description: "links to \(host) are not allowed; if it may be trusted, add it to downloadHosts")
            }
        }
        let bracketed = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        let shown = parts.port.map { ":\($0)" } ?? ""
        do { origin = try ServerAddress("\(scheme)://\(bracketed)\(shown)") } catch {
            throw Refused(description: "the link to \(host) is no address")
        }
        let path = parts.percentEncodedPath
        self.path = (path.isEmpty ? "/" : path) + (parts.percentEncodedQuery.map { "?\($0)" } ?? "")
    }

    private static func usualPort(_ scheme: String) -> Int { scheme.lowercased() == "https" ? 443 : 80 }
}
