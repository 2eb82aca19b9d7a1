import Foundation
import Inference
import Support
import Testing

@testable import ModelProviders

@Suite struct `The wire to OpenAI's images` {
    private func fields(_ request: ImageRequest, _ dialect: OpenAIImageDialect, _ parameters: [String: JSONValue] = [:]) -> [String:
        JSONValue]
    {
        OpenAIImageWire.fields(request, model: "m", parameters: parameters, dialect: dialect)
    }

    @Test func `GPT-image models stream one picture and are never told the format`() {
        let dialect = OpenAIImageDialect(model: "gpt-image-1.5")
        let request = ImageRequest(prompt: "a cat", count: 1, seed: 1, size: ImageSize(width: 1536, height: 1024))
        #expect(
            fields(request, dialect, ["quality": "low", "prompt": "ignored"]) == [
                "model": "m", "prompt": "a cat", "n": 1, "size": "1536x1024", "stream": true, "partial_images": 2, "quality": "low",
            ])
        #expect(fields(ImageRequest(prompt: "a cat", count: 3, seed: 1), dialect) == ["model": "m", "prompt": "a cat", "n": 3])
    }

    @Test(arguments: ["dall-e-3", "sd3.5-medium", "flux/dev"])
    func `all others are told to send base64`(_ model: String) {
        let request = ImageRequest(prompt: "a cat", count: 1, seed: 1)
        #expect(
            fields(request, OpenAIImageDialect(model: model)) == ["model": "m", "prompt": "a cat", "n": 1, "response_format": "b64_json"])
    }

    @Test func `what a server refuses is left out, each once`() {
        var dialect = OpenAIImageDialect(model: "local")
        let format = ServerFailure(status: 400, message: "Unknown parameter: 'response_format'.", parameter: "response_format")
        var learnt = [dialect.learn(from: format), dialect.learn(from: format)]
        #expect(learnt == [true, false] && !dialect.choosesFormat)
        let count = ServerFailure(status: 422, message: "Extra inputs are not permitted", code: "extra_forbidden", parameter: "n")
        learnt = [
            dialect.learn(from: count), dialect.learn(from: ServerFailure(status: 400, message: "Your organization must be verified")),
        ]
        #expect(learnt == [true, false])
        #expect(fields(ImageRequest(prompt: "x", count: 1, seed: 1), dialect) == ["model": "m", "prompt": "x"])
        var image = OpenAIImageDialect(model: "gpt-image-2")
        let isLearnt = image.learn(
            from: ServerFailure(status: 400, message: "Streaming is not supported for this model", parameter: "stream"))
        #expect(isLearnt && !image.streams)
    }

    @Test func `unfinished pictures come on the way, the finished one at the end, however the bytes are cut`() throws {
        let stream = """
            event: image_generation.partial_image\r
            data: {"type":"image_generation.partial_image","b64_json":"AQ==","partial_image_index":0,"size":"1024x1024"}\r
            \r
            : ping\r
            \r
            event: image_generation.partial_image\r
            data: {"type":"image_generation.partial_image","b64_json":"Ag==","partial_image_index":1}\r
            \r
            event: image_generation.completed\r
            data: {"type":"image_generation.completed","b64_json":"AQID","usage":{"total_tokens":100}}\r
            \r

            """
        for step in [1, 7, 10_000] {
            var reader = OpenAIImageReader(partials: 2, limit: 1 << 20)
            var seen: [ImageProgress] = []
            let bytes = Array(stream.utf8)
            for start in Swift.stride(from: 0, to: bytes.count, by: step) {
                seen += try reader.feed(bytes[start..<min(bytes.count, start + step)])
            }
            #expect(seen.map(\.preview) == [[1], [2]] && seen.map(\.fraction) == [1.0 / 3, 2.0 / 3])
            let outcome = try reader.finish()
            #expect(outcome.pictures == [[1, 2, 3]])
        }
    }

    @Test func `a stream that ends early, or with an error, is an error`() throws {
        var cut = OpenAIImageReader(partials: 2, limit: 1 << 20)
        _ = try cut.feed(Array("data: {\"type\":\"image_generation.partial_image\",\"b64_json\":\"AQ==\"}\n\n".utf8))
        #expect(throws: MalformedAnswer.self) { try cut.finish() }
        var refused = OpenAIImageReader(partials: 2, limit: 1 << 20)
        let error = #expect(throws: ServerFailure.self) {
            _ = try refused.feed(
                Array("event: error\ndata: {\"type\":\"error\",\"error\":{\"code\":\"moderation_blocked\",\"message\":\"no\"}}\n\n".utf8))
        }
        #expect(error?.code == "moderation_blocked")
    }

    @Test(arguments: [
        (#"{"created":1,"data":[{"b64_json":"AQID"},{"url":"https://h/x"},{"url":"data:image/png;base64,BAU="}]}"#, 2, 1),
        (#"{"data":[]}"#, 0, 0),
    ])
    func `a whole answer holds pictures or links`(_ text: String, _ pictures: Int, _ links: Int) throws {
        var reader = OpenAIImageReader(partials: 2, limit: 1 << 20)
        _ = try reader.feed(Array(text.utf8))
        let outcome = try reader.finish()
        #expect(outcome.pictures.count == pictures && outcome.links.count == links)
    }

    @Test(arguments: ["", "{", #"{"data":[{"b64_json":"%%%"}]}"#, #"{"error":{"message":"busy"}}"#, "<html>"])
    func `anything else is an error`(_ text: String) throws {
        #expect(throws: (any Error).self) {
            var reader = OpenAIImageReader(partials: 2, limit: 1 << 20)
            _ = try reader.feed(Array(text.utf8))
            _ = try reader.finish()
        }
    }

    @Test func `a form carries the same fields and the picture`() {
        let form = OpenAIImageWire.form(["model": "m", "n": 2, "stream": true, "x": .array([])], image: [1, 2])
        let call = form.call("/images/edits", id: "b", limits: .init())
        let body = String(decoding: call.body ?? [], as: UTF8.self)
        let head = "--troupe-b\r\nContent-Disposition: form-data; name="
        #expect(
            body == head + "\"model\"\r\n\r\nm\r\n" + head + "\"n\"\r\n\r\n2\r\n" + head + "\"stream\"\r\n\r\ntrue\r\n" + head
                + "\"image\"; filename=\"image.png\"\r\nContent-Type: image/png\r\n\r\n\u{1}\u{2}\r\n--troupe-b--\r\n")
    }
}
