/// One REST route: method, template, how often it may be called, and what it does to the world.
struct Route: Sendable {
    typealias Handler = @Sendable (inout World, APICall) throws(DiscordError) -> APIReply

    /// How many requests in how long, in one bucket.
    struct Pace: Sendable {
        var count: Int
        var milliseconds: Int64

        /// In no bucket, as Discord's callbacks of interactions are: their answers have no headers of one.
        static let unlimited = Pace(count: 0, milliseconds: 0)
        static let ordinary = Pace(count: 10, milliseconds: 10_000)
        static func per(_ milliseconds: Int64, _ count: Int) -> Pace { Pace(count: count, milliseconds: milliseconds) }
    }

    let method: String
    /// As the published specification writes it, without the version: `/channels/{channel_id}/messages`.
    let template: String
    let pace: Pace
    /// Routes under an interaction's or webhook's own token need no bot token.
    let needsToken: Bool
    /// What a person's OAuth2 token must allow to call this; nil: bots only, empty: anything.
    let scope: String?
    /// Whether calls count to the bot's 50 a second.
    let countsGlobally: Bool
    let handler: Handler
    let segments: [Segment]

    enum Segment: Sendable {
        case word(String)
        case parameter(String)
    }

    init(
        _ method: String, _ template: String, _ pace: Pace = .ordinary, needsToken: Bool = true, scope: String? = nil,
        countsGlobally: Bool = true,
        _ handler: @escaping Handler
    ) {
        self.method = method
        self.template = template
        self.pace = pace
        self.needsToken = needsToken
        self.scope = scope
        self.countsGlobally = countsGlobally
        self.handler = handler
        segments = template.split(separator: "/").map { part in
            part.hasPrefix("{") ? .parameter(String(part.dropFirst().dropLast())) : .word(String(part))
        }
    }

    /// The path's parameters, if it is of this template.
    func match(_ path: [String]) -> [String: String]? {
        guard path.count == segments.count else { return nil }
        var parameters: [String: String] = [:]
        for (segment, part) in zip(segments, path) {
            switch segment {
            case .word(let word): if word != part { return nil }
            case .parameter(let name): parameters[name] = part
            }
        }
        return parameters
    }

    /// The parameter that gives each channel, guild or webhook its own bucket.
    static func majorParameter(_ parameters: [String: String]) -> String {
        if let channel = parameters["channel_id"] { return channel }
        if let guild = parameters["guild_id"] { return guild }
        if let webhook = parameters["webhook_id"] { return "\(webhook):\(parameters["webhook_token"] ?? "")" }
        return parameters["interaction_token"] ?? ""
    }
}

/// All routes, and the search for the one that a request means.
enum RouteTable {
    static let all: [Route] =
        selfRoutes + applicationRoutes + guildRoutes + memberRoutes + channelRoutes + threadRoutes + pinRoutes + messageRoutes
        + reactionRoutes
        + commandPermissionRoutes + commandRoutes + interactionRoutes + webhookRoutes + premiumRoutes + oauthRoutes

    enum Found {
        case route(Route, [String: String])
        case wrongMethod
        case nothing
    }

    private static let bySegmentCount = Dictionary(grouping: all) { $0.segments.count }

    static func find(_ method: String, _ path: [String]) -> Found {
        var pathExists = false
        for route in bySegmentCount[path.count] ?? [] {
            guard let parameters = route.match(path) else { continue }
            if route.method == method { return .route(route, parameters) }
            pathExists = true
        }
        return pathExists ? .wrongMethod : .nothing
    }
}
