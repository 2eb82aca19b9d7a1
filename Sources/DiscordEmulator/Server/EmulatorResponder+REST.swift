import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Support

/// REST over HTTP: reads the body, asks the core, and does to the connection what faults want.
extension EmulatorResponder {
    private struct Cut: Error {}

    func rest(_ request: Request, _ target: RequestTarget, _ context: EmulatorContext) async throws -> Response {
        var path = Array(target.segments.dropFirst())
        if let version = path.first, version.hasPrefix("v"), let number = Int(version.dropFirst()) {
            guard (9...10).contains(number) else { return Self.json(400, ["message": "Invalid API version", "code": 50041]) }
            path.removeFirst()
        }
        var incoming = EmulatorCore.Incoming(
            method: request.method.rawValue, path: path, shownPath: request.uri.path, query: target.query,
            authorization: request.headers[.authorization], contentType: request.headers[.contentType] ?? "", body: [])
        var admitted = core.admit(incoming)
        if admitted.isDown { return await cut(context) }
        do {
            // Room for the parts around 25 MiB of files.
            let body = try await request.body.collect(upTo: MessageForm.maximumRequestBytes + (1 << 20))
            incoming.body = Array(body.readableBytesView)
            if incoming.body.count > MessageForm.maximumRequestBytes { admitted.refusal = .init(.tooLarge) }
        } catch is NIOTooManyBytesError {
            admitted.refusal = .init(.tooLarge)
        }
        for case .delay(let span) in admitted.faults { try await core.clock.sleep(for: span) }
        if admitted.faults.contains(where: { if case .dropRequest = $0 { true } else { false } }) {
            core.logLost(incoming, admitted)
            return await cut(context)
        }

        if admitted.refusal == nil, incoming.method == "PATCH", admitted.route?.template.hasPrefix("/applications/") == true,
            let caller = admitted.caller, let url = (try? JSONReader.read(incoming.body))?["interactions_endpoint_url"]?.string,
            await core.tryEndpoint(url, of: caller) == nil
        {
            incoming.verifiedEndpoint = url
        }

        await tell(.before, incoming, admitted)
        let answer = core.perform(incoming, admitted)
        await tell(.after(status: answer.status), incoming, admitted)
        for fault in admitted.faults {
            if case .dropResponse = fault { return await cut(context) }
            if case .halfResponse = fault { return half(answer) }
        }
        return Self.json(answer.status, answer.body == nil ? nil : answer.bytes, headers: answer.headers + [("Via", "1.1 emulator")])
    }

    private func tell(_ phase: EmulatorExchange.Phase, _ incoming: EmulatorCore.Incoming, _ admitted: EmulatorCore.Admitted) async {
        guard let hook = core.configuration.onExchange else { return }
        await hook(
            EmulatorExchange(
                phase: phase, number: admitted.number, method: incoming.method, route: admitted.template, path: incoming.shownPath))
    }

    /// Ends the connection without a word.
    private func cut(_ context: EmulatorContext) async -> Response {
        try? await context.channel.close()
        return Response(status: .internalServerError)
    }

    /// The head and half of the body, then the end of the connection.
    private func half(_ answer: EmulatorCore.Answer) -> Response {
        let bytes = answer.bytes.isEmpty ? Array("{}".utf8) : answer.bytes
        let body = ResponseBody(contentLength: bytes.count) { writer in
            try await writer.write(ByteBuffer(bytes: bytes.prefix(bytes.count / 2)))
            throw Cut()
        }
        return Response(
            status: .init(code: answer.status == 204 ? 200 : answer.status), headers: [.contentType: "application/json"], body: body)
    }
}
