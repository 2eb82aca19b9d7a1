import DiscordModels
import NIOHTTP1
import OrderedCollections
import Support
import Testing

@testable import DiscordEmulator

@Suite("Logging in with Discord", .timeLimit(.minutes(10)))
struct OAuthTests {
    let stage = Stage { $0.redirectURIs = ["http://127.0.0.1:9/back"] }
    private var secret: String { stage.core.step { $0.world.applications[World.defaultApplication]?.clientSecret ?? "" } }

    private func request(_ change: [String: String] = [:]) throws -> World.OAuthRequest {
        var query = [
            "client_id": stage.application, "response_type": "code", "redirect_uri": "http://127.0.0.1:9/back", "scope": "identify guilds",
            "state": "a b&c",
        ]
        query.merge(change) { $1 }
        let asked = query
        return try stage.core.step { (state) throws(World.PlayError) in try state.world.oauthRequest(asked) }
    }

    private func code(_ change: [String: String] = [:]) throws -> String {
        let asked = try request(change)
        let location = stage.core.step { $0.world.authorize(asked, as: World.secondHuman, approves: true) }
        return RequestTarget(location).query["code"] ?? ""
    }

    private func token(_ form: String, path: String = "/oauth2/token") -> Stage.Answer {
        stage.call("POST", path, raw: Array(form.utf8), type: "application/x-www-form-urlencoded")
    }

    private func exchange(_ code: String, _ more: String = "", secret: String? = nil) -> Stage.Answer {
        token(
            "grant_type=authorization_code&code=\(code)&redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2Fback&client_id=\(stage.application)"
                + "&client_secret=\(secret ?? self.secret)\(more)")
    }

    private func get(_ path: String, bearer: String) -> Stage.Answer {
        stage.call("GET", path, authorization: "Bearer \(bearer)")
    }

    @Test("a person says yes, the code becomes a token once, and the token says who they are")
    func flow() throws {
        let request = try request()
        let location = stage.core.step { state in
            state.world.authorize(request, as: World.secondHuman, approves: true)
        }
        #expect(location.hasPrefix("http://127.0.0.1:9/back?code="))
        #expect(location.hasSuffix("&state=a%20b%26c"))
        let code = try #require(RequestTarget(location).query["code"])
        let answer = exchange(code)
        #expect(answer.json["token_type"] == "Bearer")
        #expect(answer.json["scope"] == "identify guilds")
        #expect(answer.json["expires_in"] == 604_800)
        let access = try #require(answer.json["access_token"]?.string)
        let me = get("/users/@me", bearer: access)
        #expect(me.json["username"] == "guest")
        #expect(me.json["email"] == nil)
        #expect(get("/users/@me/guilds", bearer: access).json.array?.count == 1)
        #expect(get("/oauth2/@me", bearer: access).json["user"]?["username"] == "guest")
        #expect(get("/users/@me/guilds/\(Stage.guild)/member", bearer: access).status == 401, "this was not asked for")
        #expect(get("/channels/\(Stage.general)", bearer: access).status == 401, "a person's token is no bot's")
        #expect(exchange(code).json["error"] == "invalid_grant", "a code is good once")
    }

    @Test("a no comes back as an error, with the state")
    func denied() throws {
        let asked = try request()
        let location = stage.core.step { $0.world.authorize(asked, as: World.firstHuman, approves: false) }
        #expect(RequestTarget(location).query["error"] == "access_denied")
        #expect(RequestTarget(location).query["state"] == "a b&c")
    }

    @Test("what is asked wrongly is said to the person and goes nowhere")
    func wrongRequests() {
        let wrong = [
            ["client_id": "1"], ["redirect_uri": "http://evil.example/"], ["scope": "everything"], ["response_type": "token"],
            ["code_challenge_method": "plain"],
        ]
        for change in wrong {
            let refusal = #expect(throws: World.PlayError.self) { try request(change) }
            #expect(refusal?.field == change.keys.first)
        }
    }

    @Test("a wrong secret, redirect, verifier or late code gets no token")
    func wrongExchanges() throws {
        #expect(exchange(try code(), secret: "wrong").status == 401)
        let form = "grant_type=authorization_code&client_id=\(stage.application)&client_secret=\(secret)"
        #expect(token("\(form)&code=\(try code())&redirect_uri=http://other").json["error"] == "invalid_grant")
        // The example of RFC 7636.
        let challenge = ["code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"]
        #expect(exchange(try code(challenge)).json["error"] == "invalid_grant")
        #expect(exchange(try code(challenge), "&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").status == 200)
        let late = try code()
        stage.clock.advance(by: .seconds(601))
        #expect(exchange(late).json["error"] == "invalid_grant")
        #expect(
            token("grant_type=password&client_id=\(stage.application)&client_secret=\(secret)").json["error"] == "unsupported_grant_type")
        #expect(stage.call("POST", "/oauth2/token", ["grant_type": "refresh_token"]).status == 415)
    }

    @Test("tokens are refreshed, run out and are revoked")
    func lifetime() throws {
        let first = exchange(try code()).json
        let refresh = try #require(first["refresh_token"]?.string)
        let client = "&client_id=\(stage.application)&client_secret=\(secret)"
        let second = token("grant_type=refresh_token&refresh_token=\(refresh)\(client)").json
        let access = try #require(second["access_token"]?.string)
        #expect(get("/users/@me", bearer: first["access_token"]?.string ?? "").status == 401)
        #expect(get("/users/@me", bearer: access).status == 200)
        #expect(token("token=\(access)\(client)", path: "/oauth2/token/revoke").status == 200)
        #expect(get("/users/@me", bearer: access).status == 401)
        let third = try #require(exchange(try code()).json["access_token"]?.string)
        stage.clock.advance(by: .seconds(604_801))
        #expect(get("/users/@me", bearer: third).status == 401)
    }

    @Test("the page names the application and the people, and sends them back")
    func page() async throws {
        var configuration = EmulatorConfiguration()
        configuration.redirectURIs = ["http://127.0.0.1:9/back"]
        try await withEmulator(configuration) { server in
            let browser = RawBot(address: try await server.address())
            let query =
                "client_id=\(World.defaultApplication)&response_type=code&redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2Fback&scope=identify&state=%22%3E"
            let page = try await browser.send("GET", "/oauth2/authorize?\(query)", nil)
            let text = String(decoding: page.bytes, as: UTF8.self)
            #expect(page.status == 200)
            #expect(text.contains("Troupe asks for access"))
            #expect(text.contains("value=\"&quot;&gt;\""), "what came is written as text")
            #expect(text.contains("Guest"))
            #expect(try await browser.send("GET", "/oauth2/authorize?client_id=1", nil).status == 400)
        }
    }
}
