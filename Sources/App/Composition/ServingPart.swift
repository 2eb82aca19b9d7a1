import ServiceLifecycle
import Serving
import Support

/// The models, offered to others over OpenAI's API.
enum ServingPart {
    static func services(_ base: Foundations, at address: Address) -> [any Service] {
        let isOwn = base.settings.serveToken == nil
        let token = base.settings.serveToken ?? Secret("troupe-" + (0..<4).map { _ in String(base.randomness(), radix: 36) }.joined())
        let server = ModelServer(
            configuration: .init(host: address.host, port: address.port, token: token), text: base.textModels, images: base.models,
            clock: base.clock, randomness: base.randomness, logger: base.logger)
        return [
            Listener(service: server, address: address, advice: "--serve 127.0.0.1:8091"),
            Announcement(server: server, host: address.host, madeToken: isOwn ? token : nil),
        ]
    }

    /// The lines that tell where the models are.
    private struct Announcement: Service {
        let server: ModelServer
        let host: String
        /// A token that nobody knows yet.
        let madeToken: Secret?

        func run() async throws {
            guard let port = try? await server.port() else { return try await gracefulShutdown() }
            Terminal.say("The models are served at http://\(Address(host: host, port: port))/v1 in OpenAI's API.")
            if let madeToken { Terminal.say("The token for this run: \(madeToken.reveal()) (set TROUPE_SERVE_TOKEN to choose one)") }
            try await gracefulShutdown()
        }
    }
}
