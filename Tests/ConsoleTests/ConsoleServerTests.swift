import Console
import Testing

@Suite struct `The HTTP service` {
    struct Wrong: Error {}

    @Test func `says that it lives, and whether it is ready, without telling the world why not`() async throws {
        try await withConsole([HealthRoutes(checks: [.init("database") {}])]) { ask in
            #expect(try await ask("GET", "/healthz").status == 200)
            let ready = try await ask("GET", "/readyz")
            #expect(ready.status == 200)
            #expect(ready.text == #"{"checks":{"database":"ok"},"status":"ok"}"#)
        }
        try await withConsole([HealthRoutes(checks: [.init("database") {}, .init("queue") { throw Wrong() }])]) { ask in
            let ready = try await ask("GET", "/readyz")
            #expect(ready.status == 503)
            #expect(ready.text == #"{"checks":{"database":"ok","queue":"failed"},"status":"failed"}"#)
        }
    }

    @Test func `tells every mistake as a problem with the right status`() async throws {
        try await withConsole([HealthRoutes(checks: [])]) { ask in
            let missing = try await ask("GET", "/no/such/thing")
            #expect(missing.status == 404)
            #expect(missing.headers["content-type"] == "application/problem+json")
            #expect(missing.text.contains(#""status":404"#))
            #expect(missing.headers["x-content-type-options"] == "nosniff")
            #expect(missing.headers["content-security-policy"]?.contains("default-src 'none'") == true)
        }
    }

    @Test func `hands on what is posted, byte for byte, and refuses what is too large`() async throws {
        let route = PostedRoute("/interactions", limit: 1_000) { posted in
            #expect(posted.headers["x-signature-ed25519"] == "abc")
            return (status: 202, json: posted.body)
        }
        try await withConsole([route]) { ask in
            let bytes = #"{"a":  1}"#
            let answer = try await ask("POST", "/interactions", ["X-Signature-Ed25519": "abc"], bytes)
            #expect(answer.status == 202)
            #expect(answer.text == bytes)
            let large = try await ask("POST", "/interactions", [:], String(repeating: "x", count: 1_001))
            #expect(large.status == 413)
        }
    }

    @Test func `an error that nobody foresaw is told without its details`() async throws {
        struct Secretive: Error { let text = "the password is swordfish" }
        try await withConsole([PostedRoute("/broken", limit: 10) { _ in throw Secretive() }]) { ask in
            let answer = try await ask("POST", "/broken")
            #expect(answer.status == 500)
            #expect(!answer.text.contains("swordfish"))
        }
    }
}
