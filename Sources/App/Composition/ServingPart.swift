import Inference
import Logging
import ServiceLifecycle
import Serving
import Support

/// The models, offered to others over OpenAI's API.
enum ServingPart {
    static func services(_ base: Foundations, at address: Address) -> [any Service] {
        services(
            "The models are", text: base.textModels, images: base.models, at: address, settings: base.settings,
            advice: "--serve 127.0.0.1:8091", randomness: base.randomness, logger: base.logger)
    }

    /// Clones, as models of that name.
    static func services(
        clones: TextModelCatalog, at address: Address, settings: Settings, randomness: @escaping @Sendable () -> UInt64, logger: Logger
    ) -> [any Service] {
        services(
            "\(clones.cards.map(\.name).joined(separator: ", ")):", text: clones, images: ImageModelCatalog([]), at: address,
            settings: settings, plainly: true, advice: "--at 127.0.0.1:8092", randomness: randomness, logger: logger)
    }

    private static func services(
        _ what: String, text: TextModelCatalog, images: ImageModelCatalog, at address: Address, settings: Settings, plainly: Bool = false,
        advice: String, randomness: @escaping @Sendable () -> UInt64, logger: Logger
    ) -> [any Service] {
        let token = settings.serveToken ?? Secret("troupe-" + (0..<4).map { _ in String(randomness(), radix: 36) }.joined())
        var configuration = ModelServer.Configuration(host: address.host, port: address.port, token: token)
        configuration.answersPlainly = plainly
        let server = ModelServer(
            configuration: configuration, text: text, images: images, clock: SystemClock(), randomness: randomness, logger: logger)
        return [
            Listener(service: server, address: address, advice: advice),
            Announcement(what: what, server: server, host: address.host, madeToken: settings.serveToken == nil ? token : nil),
        ]
    }

    /// The lines that tell where the models are.
    private struct Announcement: Service {
        let what: String
        let server: ModelServer
        let host: String
        /// A token that nobody knows yet.
        let madeToken: Secret?

        func run() async throws {
            guard let port = try? await server.port() else { return try await gracefulShutdown() }
            Terminal.say("\(what) served at http://\(Address(host: host, port: port))/v1 in OpenAI's API.")
            if let madeToken { Terminal.say("The token for this run: \(madeToken.reveal()) (set TROUPE_SERVE_TOKEN to choose one)") }
            try await gracefulShutdown()
        }
    }
}
