import AsyncHTTPClient
import DiscordEmulator
import DiscordModels
import Logging
import Support

@testable import Discord

/// Runs a story against a Discord on localhost, over real sockets.
func withEmulatedDiscord(
    token: String? = nil, clientToken: String = "right", rateLimits: Bool = true,
    adjust: @Sendable (inout RESTClient.Configuration) -> Void = { _ in },
    _ story: @escaping @Sendable (RESTClient, EmulatorControl) async throws -> Void
) async throws {
    var emulated = EmulatorConfiguration()
    emulated.token = token.map { Secret($0) }
    emulated.enforcesRateLimits = rateLimits
    var configuration = RESTClient.Configuration(token: Secret(clientToken))
    configuration.backoff = Backoff(base: .milliseconds(20), cap: .milliseconds(100))
    adjust(&configuration)
    let ready = configuration
    try await withEmulator(emulated) { emulator in
        var configuration = ready
        configuration.baseURL = try await emulator.address() + "/api/v10"
        // Closed before the emulator, which else would wait for connections that are kept alive.
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: HTTPTransport.configuration)
        let client = RESTClient(
            configuration: configuration, transport: HTTPTransport(http: http), clock: SystemClock(), logger: Logger(label: "test"),
            randomness: { UInt64.random(in: .min ... .max) })
        do {
            try await story(client, emulator.control)
        } catch {
            try await http.shutdown()
            throw error
        }
        try await http.shutdown()
    }
}
