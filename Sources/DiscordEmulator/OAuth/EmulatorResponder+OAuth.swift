import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import OrderedCollections

/// The authorize page: which application wants to know what, and one of the people says yes or no.
extension EmulatorResponder {
    func authorizePage(_ request: Request, _ target: RequestTarget) async throws -> Response {
        var query = target.query
        let isAnswer = request.method == .post
        if isAnswer {
            let body = try await request.body.collect(upTo: 1 << 16)
            query = RequestTarget("?" + String(decoding: body.readableBytesView, as: UTF8.self)).query
        } else if request.method != .get && request.method != .head {
            return Self.json(405, ["message": "405: Method Not Allowed", "code": 0])
        }
        let asked = query
        do throws(World.PlayError) {
            let (page, location) = try core.step { (state) throws(World.PlayError) -> (String?, String?) in
                let wanted = try state.world.oauthRequest(asked)
                guard isAnswer else { return (Self.page(for: wanted, asked, state.world), nil) }
                let approves = asked["answer"] == "approve"
                let user = asked["user"].flatMap { ID($0) }
                guard let user, state.world.users[user]?.isBot == false else {
                    throw World.PlayError("Who says so? There is no such person.", field: "user", status: 400)
                }
                return (nil, state.world.authorize(wanted, as: user, approves: approves))
            }
            if let location { return Response(status: .seeOther, headers: [.location: location, .cacheControl: "no-store"]) }
            return Self.html(.ok, page ?? "")
        } catch {
            return Self.html(.badRequest, "<h1>This does not work</h1><p>\(Self.escaped(error.message))</p>")
        }
    }

    private static func page(for wanted: World.OAuthRequest, _ query: [String: String], _ world: World) -> String {
        let name = escaped(world.applications[wanted.applicationID]?.name ?? "")
        let people = world.users.values.filter { !$0.isBot }.prefix(200).enumerated().map { index, user in
            """
            <label><input type="radio" name="user" value="\(user.id)"\(index == 0 ? " checked" : "")> \
            \(escaped(user.globalName ?? user.username)) <small>\(escaped(user.username))</small></label>
            """
        }
        let kept = ["client_id", "response_type", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method"].compactMap {
            key in query[key].map { "<input type=\"hidden\" name=\"\(key)\" value=\"\(escaped($0))\">" }
        }
        let scopes = wanted.scopes.map { "<li><code>\(escaped($0))</code></li>" }
        return """
            <h1>\(name) asks for access</h1>
            <ul>\(scopes.joined())</ul>
            <form method="post" action="/oauth2/authorize">
            \(kept.joined(separator: "\n"))
            <fieldset><legend>Who are you?</legend>\(people.joined(separator: "\n"))</fieldset>
            <button name="answer" value="approve">Authorize</button>
            <button name="answer" value="deny" class="plain">Cancel</button>
            </form>
            <p><small>You are sent back to \(escaped(wanted.redirectURI)).</small></p>
            """
    }

    private static func html(_ status: HTTPResponse.Status, _ body: String) -> Response {
        let page = """
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Authorize</title>
            <meta name="viewport" content="width=device-width"><style>
            :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
            body { max-width: 26rem; margin: 10vh auto; padding: 0 1rem; }
            h1 { font-size: 1.3rem; } fieldset { border: 1px solid; border-radius: .5rem; margin: 1rem 0; max-height: 40vh; overflow: auto; }
            label { display: block; padding: .25rem 0; }
            button { font: inherit; padding: .5rem 1.2rem; border: 0; border-radius: .4rem; background: #4752c4; color: #fff; }
            button.plain { background: none; color: inherit; text-decoration: underline; }
            </style></head><body><main>\(body)</main></body></html>
            """
        var headers: HTTPFields = [
            .contentType: "text/html; charset=utf-8", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
        ]
        // A form's redirect counts as its target, and where that goes is checked against what the application registered.
        headers[.contentSecurityPolicy] = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: page)))
    }

    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }
}
