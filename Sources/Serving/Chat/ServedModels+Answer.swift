import HTTPTypes
import Hummingbird
import Inference
import Logging
import NIOCore
import Support

/// `/v1/chat/completions` and `/v1/completions`.
extension ServedModels {
    func answer<Form: AnswerForm>(_ request: Request, as type: Form.Type) async throws -> Response {
        var request = request
        let form = try await form(&request, as: Form.self)
        guard let name = form.model, let model = text[name] else {
            throw ServingError.unknownModel(form.model, known: text.cards.map(\.name))
        }
        var asked = TextRequest(messages: try form.messages(), options: form.wishes.options)
        try await fit(&asked, model)
        let seat = try seats.take()
        let shape = AnswerShape(id: id(Form.isChat ? "chatcmpl" : "cmpl"), created: now, model: name, isChat: Form.isChat)
        return form.wishes.streams
            ? try await streamed(asked, model, shape, counts: form.wishes.countsStream, request, seat)
            : try await whole(asked, model, shape, request, seat)
    }

    /// Refuses what the model cannot read, and keeps the answer within its window.
    func fit(_ request: inout TextRequest, _ model: any TextModel) async throws {
        let card = model.card
        guard card.seesImages || request.messages.allSatisfy(\.images.isEmpty) else {
            throw ServingError.invalid("\(card.name) does not see pictures", "messages")
        }
        let tokens = try await model.countTokens(request.messages)
        guard tokens < card.contextTokens else {
            throw ServingError.invalid(
                "\(card.name) reads \(card.contextTokens) tokens, and these messages have about \(tokens)", "messages",
                code: "context_length_exceeded")
        }
        if let wished = request.options.maxTokens { request.options.maxTokens = min(wished, card.contextTokens - tokens) }
    }

    /// The answer in one piece; stops writing when whoever asked goes away.
    private func whole(
        _ asked: TextRequest, _ model: any TextModel, _ shape: AnswerShape, _ request: Request, _ seat: ServingSeats.Seat
    ) async throws -> Response {
        let written = try await written(asked, model, request)
        return Response(
            status: .ok, headers: [.contentType: "application/json", .connection: "close"],
            body: .init(byteBuffer: ByteBuffer(bytes: shape.whole(written.text, reasoning: written.reasoning, written.completion))))
    }

    /// What a model writes, to its end.
    func written(
        _ asked: TextRequest, _ model: any TextModel, _ request: Request
    ) async throws -> (text: String, reasoning: String, completion: TextCompletion) {
        try await request.body.consumeWithCancellationOnInboundClose { _ in
            var text = ""
            var reasoning = ""
            for try await event in model.stream(asked) {
                switch event {
                case .text(let piece): text += piece
                case .reasoning(let piece): reasoning += piece
                case .finished(let completion): return (text, reasoning, completion)
                }
            }
            try Task.checkCancellation()
            throw ModelError(.invalidResponse, model: model.card.name, details: "its stream had no end")
        }
    }

    /// The answer as server-sent events. What fails at once is told by the status, what fails later by an event.
    private func streamed(
        _ asked: TextRequest, _ model: any TextModel, _ shape: AnswerShape, counts: Bool, _ request: Request, _ seat: ServingSeats.Seat
    ) async throws -> Response {
        let written = EagerStream(model.stream(asked))
        try await written.waitForFirst(atMost: .seconds(2), clock)
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-cache", .connection: "close"],
            body: ResponseBody { [logger] writer in
                let sink = Shared(writer)
                try await request.body.consumeWithCancellationOnInboundClose { _ in
                    var writer = sink.value
                    defer { withExtendedLifetime(seat) {} }
                    do {
                        try await Self.send(written.events, shape, counts: counts, to: &writer)
                    } catch let error as ModelError {
                        logger.warning("a served model failed midway", metadata: ["model": "\(error.model)", "error": "\(error.details)"])
                        try await writer.write(Wire.event(ServingError(error).json))
                    }
                }
                try await writer.finish(nil)
            })
    }

    private static func send(
        _ events: AsyncThrowingStream<TextEvent, any Error>, _ shape: AnswerShape, counts: Bool, to writer: inout any ResponseBodyWriter
    ) async throws {
        if let opening = shape.opening { try await writer.write(Wire.event(opening)) }
        for try await event in events {
            switch event {
            case .text(let piece): try await writer.write(Wire.event(shape.chunk(text: piece)))
            case .reasoning(let piece):
                if let chunk = shape.chunk(reasoning: piece) { try await writer.write(Wire.event(chunk)) }
            case .finished(let completion):
                try await writer.write(Wire.event(shape.end(completion.finishReason)))
                if counts { try await writer.write(Wire.event(shape.count(completion.usage))) }
                try await writer.write(Wire.event(Array("[DONE]".utf8)))
            }
        }
    }

    /// Carries the body's writer into the one task that writes.
    private final class Shared: @unchecked Sendable {
        let value: any ResponseBodyWriter
        init(_ value: any ResponseBodyWriter) { self.value = value }
    }
}
