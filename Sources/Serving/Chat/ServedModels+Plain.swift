import HTTPTypes
import Hummingbird
import Inference
import NIOCore

/// `GET /` with what is said in a header `prompt`: the answer comes as plain text. So BotConvo and its like ask a clone.
extension ServedModels {
    private static let prompt = HTTPField.Name("prompt")
    private static let model = HTTPField.Name("model")

    func answerPlainly(_ request: Request) async throws -> Response {
        guard let prompt = Self.prompt.flatMap({ request.headers[$0] }) else {
            throw ServingError.invalid("send what is to be answered in a header 'prompt'", "prompt")
        }
        let known = text.cards.map(\.name)
        let wished = Self.model.flatMap { request.headers[$0] } ?? (known.count == 1 ? known[0] : nil)
        guard let wished, let model = text[wished] else { throw ServingError.unknownModel(wished, known: known) }
        var asked = TextRequest(messages: [ChatMessage(.user, prompt)])
        try await fit(&asked, model)
        let seat = try seats.take()
        defer { withExtendedLifetime(seat) {} }
        let written = try await written(asked, model, request)
        return Response(
            status: .ok, headers: [.contentType: "text/plain; charset=utf-8", .connection: "close"],
            body: .init(byteBuffer: ByteBuffer(string: written.text)))
    }
}

extension Request {
    /// Whether it was sent to this machine by a name that only this machine has: a page in a browser that has its own name lead here
    /// is told apart by it.
    var isToLoopback: Bool {
        guard var host = head.authority?.lowercased() else { return false }
        if let colon = host.lastIndex(of: ":"), host[host.index(after: colon)...].allSatisfy(\.isNumber), !host.hasSuffix("]") {
            host = String(host[..<colon])
        }
        return ["127.0.0.1", "localhost", "[::1]"].contains(host)
    }
}
