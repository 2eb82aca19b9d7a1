import DiscordModels
import Foundation
import Support

/// One call before it is sent: where to, with what, and what may be done when it fails.
struct RESTCall: Sendable {
    var route: Route
    /// JSON.
    var json: [UInt8]?
    var files: [FileUpload] = []
    /// Whether sending it twice does no more than sending it once.
    var isRepeatable: Bool
    /// Nil takes the client's own.
    var timeout: Duration?
    var patience: Duration?

    /// A call without a body. All methods but POST are repeatable by their meaning.
    init(_ route: Route, isRepeatable: Bool? = nil) {
        self.route = route
        self.isRepeatable = isRepeatable ?? (route.method != .post)
    }

    init(_ route: Route, body: some Encodable, files: [FileUpload] = [], isRepeatable: Bool? = nil) throws {
        self.init(route, isRepeatable: isRepeatable)
        self.files = files
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        json = Array(try encoder.encode(body))
    }

    /// What goes over the wire.
    func request(of client: RESTClient) -> RESTRequest {
        var headers: [(name: String, value: String)] = [("User-Agent", client.configuration.userAgent)]
        if route.authentication == .bot { headers.append(("Authorization", "Bot \(client.configuration.token.reveal())")) }
        var body = json
        if !files.isEmpty, let json {
            let multipart = MultipartBody(json: json, files: files, randomness: client.randomness)
            body = multipart.bytes
            headers.append(("Content-Type", multipart.contentType))
        } else if json != nil {
            headers.append(("Content-Type", "application/json"))
        }
        if body == nil, route.method == .post || route.method == .put || route.method == .patch { body = [] }
        let upload = Duration.milliseconds(Int64(body?.count ?? 0) / 100)
        return RESTRequest(
            method: route.method, url: client.configuration.baseURL + route.path, headers: headers, body: body,
            timeout: timeout ?? client.configuration.timeout + upload, responseLimit: client.configuration.responseLimit)
    }
}
