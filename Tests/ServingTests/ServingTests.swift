import AsyncHTTPClient
import Foundation
import Inference
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

@testable import Serving

@Suite("Models served in OpenAI's API")
struct ServingTests {
    private let hello = ScriptedWriter(saying: [.reasoning("hm"), .text("Hel"), .text("lo 😀")])

    @Test("Nothing but the health is told without the token", arguments: [nil, "wrong", "righ", "right1", ""])
    func token(token: String?) async throws {
        try await Stage.run(text: [hello], images: [ScriptedPainter()]) { stage in
            for path in ["/v1/models", "/v1/models/writer", "/nothing"] {
                let answer = try await stage.send(path, token: token)
                #expect(answer.status == 401)
                #expect(answer.error["code"] as? String == "invalid_api_key")
                #expect(!answer.body.contains("writer"))
            }
            for path in ["/v1/chat/completions", "/v1/completions", "/v1/images/generations"] {
                #expect(try await stage.send(path, "{}", token: token).status == 401)
            }
            #expect(try await stage.send("/health", token: token).status == 200)
        }
    }

    @Test("Every model is listed, with what it reads and paints")
    func models() async throws {
        try await Stage.run(text: [hello, ScriptedWriter("seer", sees: true, saying: [])], images: [ScriptedPainter()]) { stage in
            let list = try await stage.send("/v1/models").json["data"] as? [[String: Any]] ?? []
            #expect(list.map { $0["id"] as? String } == ["writer", "seer", "painter"])
            #expect(list.map { $0["context_length"] as? Int } == [100, 100, nil])
            let inputs = list.map { ($0["architecture"] as? [String: Any])?["input_modalities"] as? [String] }
            #expect(inputs == [["text"], ["text", "image"], ["text"]])
            #expect(try await stage.send("/v1/models/writer").json["id"] as? String == "writer")
            #expect(try await stage.send("/v1/models/other").status == 404)
        }
    }

    @Test("A chat is answered whole, with what it took")
    func whole() async throws {
        try await Stage.run(text: [hello]) { stage in
            let answer = try await stage.chat(#","max_tokens":500,"temperature":0.5,"stop":["END"],"seed":3,"top_k":4,"unknown":{}"#)
            #expect(answer.status == 200)
            let choice = (answer.json["choices"] as? [[String: Any]])?.first ?? [:]
            let message = choice["message"] as? [String: Any] ?? [:]
            #expect(message["content"] as? String == "Hello 😀")
            #expect(message["reasoning_content"] as? String == "hm")
            #expect(choice["finish_reason"] as? String == "stop")
            #expect((answer.json["usage"] as? [String: Any])?["total_tokens"] as? Int == 7)
        }
        let asked = hello.asked.withLock { $0 }
        #expect(asked.map(\.messages) == [[ChatMessage(.user, "hello you")]])
        #expect(asked.first?.options == TextOptions(maxTokens: 98, temperature: 0.5, topK: 4, stop: ["END"], seed: 3))
    }

    @Test("A chat streams, and its count comes only where it was asked for", arguments: [true, false])
    func streamed(counts: Bool) async throws {
        try await Stage.run(text: [hello]) { stage in
            let answer = try await stage.chat(#","stream":true,"stream_options":{"include_usage":\#(counts)}"#)
            #expect(answer.headers.first(name: "content-type") == "text/event-stream")
            let events = answer.events
            #expect(events.last == "[DONE]")
            #expect(events.count == (counts ? 7 : 6))
            #expect(events[0].contains(#""role":"assistant""#))
            #expect(events[1].contains(#""reasoning_content":"hm""#))
            #expect(events[2].contains(#""content":"Hel""#))
            #expect(events[4].contains(#""finish_reason":"stop""#))
            #expect(events.dropLast().allSatisfy { $0.contains(#""object":"chat.completion.chunk""#) })
            #expect(events.contains { $0.contains(#""total_tokens":7"#) } == counts)
        }
    }

    @Test("Plain text is completed, whole and streamed")
    func completions() async throws {
        try await Stage.run(text: [hello]) { stage in
            for prompt in [#""hello""#, #"["hello"]"#] {
                let answer = try await stage.send("/v1/completions", #"{"model":"writer","prompt":\#(prompt)}"#)
                #expect(answer.json["object"] as? String == "text_completion")
                #expect((answer.json["choices"] as? [[String: Any]])?.first?["text"] as? String == "Hello 😀")
            }
            let stream = try await stage.send("/v1/completions", #"{"model":"writer","prompt":"hello","stream":true}"#)
            #expect(stream.events.count == 4)
            #expect(stream.events.first?.contains(#""text":"Hel""#) == true)
        }
    }

    @Test(
        "A request that cannot be served is refused with the key that is wrong, and without what it said",
        arguments: [
            ("not json", 400, nil), ("[]", 400, nil), ("{}", 400, "messages"),
            (#"{"model":"writer","messages":[]}"#, 400, "messages"), (#"{"messages":[{"role":"user","content":"private"}]}"#, 400, "model"),
            (#"{"model":"other","messages":[{"role":"user","content":"private"}]}"#, 404, "model"),
            (#"{"model":"writer","messages":[{"role":"tool","content":"private"}]}"#, 400, "messages[0].role"),
            (#"{"model":"writer","messages":[{"role":"user","content":7}]}"#, 400, "messages[0].content"),
            (#"{"model":"writer","messages":[{"role":"user","content":[{"type":"audio"}]}]}"#, 400, "messages[0].content"),
            (
                #"{"model":"writer","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"http://private/x.png"}}]}]}"#,
                400, "messages[0].content"
            ),
            (
                #"{"model":"writer","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}]}"#,
                400, "messages"
            ),
            (#"{"model":"writer","messages":[{"role":"user","content":"private"}],"temperature":9}"#, 400, "temperature"),
            (#"{"model":"writer","messages":[{"role":"user","content":"private"}],"max_tokens":"private"}"#, 400, "max_tokens"),
            (#"{"model":"writer","messages":[{"role":"user","content":"private"}],"tools":[{}]}"#, 400, "tools"),
            (#"{"model":"writer","messages":[{"role":"user","content":"private"}],"n":2}"#, 400, "n"),
        ] as [(String, Int, String?)])
    func refusals(body: String, status: Int, key: String?) async throws {
        try await Stage.run(text: [hello]) { stage in
            let answer = try await stage.send("/v1/chat/completions", body)
            #expect(answer.status == status)
            #expect(answer.error["param"] as? String == key, "\(answer.body)")
            #expect((answer.error["message"] as? String)?.isEmpty == false)
            #expect(!answer.body.contains("private"))
        }
        #expect(hello.asked.withLock { $0.isEmpty })
    }

    @Test("More than a model can read is refused by name, as clients know it")
    func context() async throws {
        try await Stage.run(text: [hello]) { stage in
            let answer = try await stage.chat(content: "\"" + String(repeating: "word ", count: 100) + "\"")
            #expect(answer.status == 400)
            #expect(answer.error["code"] as? String == "context_length_exceeded")
        }
    }

    @Test("A body beyond the bound is refused")
    func bodyLimit() async throws {
        try await Stage.run(text: [hello], bodyLimit: 1_000) { stage in
            let answer = try await stage.chat(content: "\"" + String(repeating: "x", count: 2_000) + "\"")
            #expect(answer.status == 413)
        }
    }

    @Test(
        "A model's failure has the status that clients act upon",
        arguments: [
            (ModelError(.unavailable, model: "writer", details: "http://10.0.0.1 is away"), 503, nil),
            (ModelError(.rateLimited, model: "writer", details: "x", retryAfter: .milliseconds(2_500)), 429, "3"),
            (ModelError(.refused, model: "writer", details: "x"), 400, nil), (ModelError(.failed, model: "writer", details: "x"), 500, nil),
        ] as [(ModelError, Int, String?)], [true, false])
    func failures(failure: (error: ModelError, status: Int, retryAfter: String?), streams: Bool) async throws {
        let model = ScriptedWriter { _, continuation in continuation.finish(throwing: failure.error) }
        try await Stage.run(text: [model]) { stage in
            let answer = try await stage.chat(#","stream":\#(streams)"#)
            #expect(answer.status == failure.status)
            #expect(answer.headers.first(name: "retry-after") == failure.retryAfter)
            #expect(!answer.body.contains("10.0.0.1"))
        }
    }

    @Test("A failure in the middle of a stream comes as an error event, with no [DONE]")
    func failureMidway() async throws {
        let model = ScriptedWriter { _, continuation in
            continuation.yield(.text("Hel"))
            continuation.finish(throwing: ModelError(.unavailable, model: "writer", details: "x"))
        }
        try await Stage.run(text: [model]) { stage in
            let events = try await stage.chat(#","stream":true"#).events
            #expect(events.count == 3)
            #expect(events.last?.contains(#""error":{"#) == true)
        }
    }

    @Test("A model stops when whoever asked goes away", arguments: [true, false])
    func goneAway(streams: Bool) async throws {
        let model = ScriptedWriter { _, continuation in continuation.yield(.text("Hel")) }
        try await Stage.run(text: [model]) { stage in
            let body = #"{"model":"writer","stream":\#(streams),"messages":[{"role":"user","content":"hello"}]}"#
            let asking = Task {
                let answer = try await Stage.http.execute(stage.request("/v1/chat/completions", body), timeout: .seconds(60))
                for try await _ in answer.body {}
            }
            while model.asked.withLock({ $0.isEmpty }) { try await Task.sleep(for: .milliseconds(1)) }
            asking.cancel()
            while model.stopped.load(ordering: .relaxed) == 0 { try await Task.sleep(for: .milliseconds(1)) }
        }
    }

    @Test("Beyond the seats one is asked to come back, and a seat is free again afterwards")
    func seats() async throws {
        let model = ScriptedWriter { _, continuation in continuation.yield(.text("Hel")) }
        try await Stage.run(text: [model, ScriptedWriter("quick", saying: [.text("x")])], seats: 1) { stage in
            let body = #"{"model":"writer","stream":true,"messages":[{"role":"user","content":"hello"}]}"#
            let asking = Task {
                try await Stage.http.execute(stage.request("/v1/chat/completions", body), timeout: .seconds(60)).body.collect(upTo: 1_000)
            }
            while model.asked.withLock({ $0.isEmpty }) { try await Task.sleep(for: .milliseconds(1)) }
            let refused = try await stage.chat(model: "quick")
            #expect(refused.status == 429)
            #expect(refused.headers.first(name: "retry-after") == "2")
            asking.cancel()
            while try await stage.chat(model: "quick").status == 429 { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    @Test("Pictures come as base64, as many as were asked for")
    func pictures() async throws {
        try await Stage.run(images: [ScriptedPainter()]) { stage in
            let answer = try await stage.send("/v1/images/generations", #"{"model":"painter","prompt":"a heart","n":2,"size":"64x64"}"#)
            #expect(answer.status == 200)
            #expect((answer.json["data"] as? [[String: String]])?.map { $0["b64_json"] } == ["AQIDBA==", "AQIDBA=="])
        }
    }

    @Test(
        "A picture that cannot be painted is refused with the key that is wrong",
        arguments: [
            (#"{"model":"painter"}"#, "prompt"), (#"{"model":"painter","prompt":""}"#, "prompt"),
            (#"{"model":"writer","prompt":"x"}"#, "model"), (#"{"model":"painter","prompt":"x","n":9}"#, "n"),
            (#"{"model":"painter","prompt":"x","size":"1x1"}"#, "size"),
            (#"{"model":"painter","prompt":"x","response_format":"url"}"#, "response_format"),
            (#"{"model":"painter","prompt":"x","steps":5}"#, "steps"),
        ])
    func pictureRefusals(body: String, key: String) async throws {
        try await Stage.run(text: [hello], images: [ScriptedPainter()]) { stage in
            let answer = try await stage.send("/v1/images/generations", body)
            #expect([400, 404].contains(answer.status))
            #expect(answer.error["param"] as? String == key)
        }
    }

    @Test("Other addresses and methods are told apart")
    func addresses() async throws {
        try await Stage.run { stage in
            let nothing = try await stage.send("/v1/embeddings", "{}")
            #expect(nothing.status == 404)
            #expect(nothing.error["code"] as? String == "unknown_url")
        }
    }
}
