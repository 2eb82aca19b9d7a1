import Inference
import NIOHTTP1
import Synchronization
import Testing

@testable import Serving

@Suite("Answers in plain text, as BotConvo asks for them")
struct PlainAnswerTests {
    private let hello = ScriptedWriter(saying: [.reasoning("hm"), .text("Hel"), .text("lo 😀")])

    @Test("What a header says is answered with plain text, and a program on this machine needs no token for it")
    func answers() async throws {
        try await Stage.run(text: [hello], plainly: true) { stage in
            let answer = try await stage.plain("how are you?")
            #expect(answer.status == 200 && answer.body == "Hello 😀")
            #expect(answer.headers.first(name: "content-type")?.hasPrefix("text/plain") == true)
            #expect(hello.asked.withLock { $0.map(\.messages) } == [[ChatMessage(.user, "how are you?")]])
            #expect(try await stage.plain(nil).error["param"] as? String == "prompt")
            let long = String(repeating: "word ", count: 100)
            #expect(try await stage.plain(long).error["code"] as? String == "context_length_exceeded")
            #expect(try await stage.send("/v1/models", token: nil).status == 401)
        }
    }

    @Test("Of several models a header names one")
    func several() async throws {
        try await Stage.run(text: [hello, ScriptedWriter("other", saying: [.text("Bye")])], plainly: true) { stage in
            let refused = try await stage.plain("a")
            #expect(refused.status == 400)
            #expect(try await stage.plain("a", model: "nobody").status == 404)
            #expect(try await stage.plain("a", model: "other").body == "Bye")
        }
    }

    @Test(
        "A page that has its own name lead to this machine is not answered without the token",
        arguments: ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost:80:80"])
    func names(host: String) async throws {
        try await Stage.run(text: [hello], plainly: true) { stage in
            let refused = try await stage.plain("a", host: host)
            #expect(refused.status == 401)
            #expect(try await stage.plain("a", host: host, token: "right").body == "Hello 😀")
            for own in ["localhost", "LOCALHOST:81", "127.0.0.1", "[::1]:80", "[::1]"] {
                #expect(try await stage.plain("a", host: own).status == 200)
            }
        }
    }

    @Test("Where it is not offered, nothing is there")
    func without() async throws {
        try await Stage.run(text: [hello]) { stage in
            let refused = try await stage.plain("a")
            #expect(refused.status == 401)
            #expect(try await stage.plain("a", token: "right").status == 404)
        }
    }
}
