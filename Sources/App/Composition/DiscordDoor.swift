import AsyncHTTPClient
import Console
import Discord
import DiscordModels
import Support

/// What the console asks of Discord, or of the emulator beside us: what servers are called, who somebody is, and whose the bot is.
struct DiscordDoor: Sendable {
    private let base: Foundations
    private let transport: HTTPTransport
    private let token: Secret?
    private let address: @Sendable () async throws -> String

    init(_ base: Foundations, _ stage: EmulatorPart?, _ http: HTTPClient) {
        self.base = base
        transport = HTTPTransport(http: http)
        token = stage == nil ? base.settings.discordToken : EmulatorPart.token
        address = { try await stage?.apiAddress() ?? base.settings.discordAPIBaseURL }
    }

    /// Without a token nobody is asked.
    var names: ServerNames {
        guard let token else { return ServerNames(clock: base.clock, ask: nil) }
        return ServerNames(clock: base.clock) { try await rest(token).guild(GuildID($0)).name }
    }

    /// Nil where the application's id and secret are not set, or nobody could tell whose the bot is.
    func ownerLogin() async throws -> OwnerLogin? {
        let shop = base.settings.shop
        guard let token, let client = shop.clientID, let clientSecret = shop.clientSecret else { return nil }
        let (transport, address) = (transport, address)
        return OwnerLogin(
            login: OAuthLogin {
                OAuthClient(
                    .init(clientID: client, clientSecret: clientSecret, baseURL: try await address()), transport: transport)
            },
            secret: try await base.secret(named: "console"), publicAddress: shop.publicAddress, clock: base.clock,
            isOwner: { try await rest(token).currentApplication().owners.contains(UserID($0)) })
    }

    /// Nil without a token.
    func bot() async throws -> RESTClient? {
        guard let token else { return nil }
        return try await rest(token)
    }

    private func rest(_ token: Secret) async throws -> RESTClient {
        RESTClient(
            configuration: .init(token: token, baseURL: try await address()), transport: transport, clock: base.clock, logger: base.logger,
            randomness: base.randomness)
    }
}

/// Logging in with Discord, for the purchase page and the console.
struct OAuthLogin: DiscordLogin {
    let client: @Sendable () async throws -> OAuthClient

    func address(redirect: String, state: String) async throws -> String {
        try await client().authorizeURL(redirect: redirect, state: state)
    }

    func person(code: String, redirect: String) async throws -> DiscordPerson? {
        try await client().person(code: code, redirect: redirect).map {
            DiscordPerson(id: $0.id.rawValue, name: $0.globalName ?? $0.username)
        }
    }
}
