import Console
import Discord
import DiscordModels
import Features
import Logging
import Storage
import Support

/// The servers for the console: what is set there from the features, their names from Discord.
struct ServerShelf: ServerDirectory {
    let tables: AppTables
    let desk: GuildDesk
    let names: ServerNames

    func servers(limit: Int) async throws -> [ServerLine] {
        var lines = try await tables.changedGuilds(limit: limit)
        for index in lines.indices { lines[index].name = await names.name(of: lines[index].id) }
        return lines
    }

    func name(of server: UInt64) async -> String? { await names.name(of: server) }

    func forms(of server: UInt64) async throws -> [ServerForm] {
        try await desk.sections(of: server).map { section in
            ServerForm(
                name: section.name, title: section.title,
                fields: section.fields.map { .init(name: $0.name, title: $0.title, value: $0.value, choices: $0.choices) })
        }
    }

    func facts(of server: UInt64) async throws -> [(name: String, value: String)] { try await desk.facts(of: server) }

    func change(_ form: String, of server: UInt64, to fields: [String: String]) async throws -> String {
        try await desk.change(form, of: server, to: fields)
    }
}

/// What servers are called: asked of Discord when it first matters, and again after ten minutes. Without a token nobody is asked.
actor ServerNames {
    private static let lifetime: Duration = .seconds(600)
    private static let capacity = 1_000

    private let clock: any WallClock
    private let ask: (@Sendable (UInt64) async throws -> String)?
    private var known: [UInt64: (name: String?, until: Timestamp)] = [:]

    init(clock: any WallClock, ask: (@Sendable (UInt64) async throws -> String)?) {
        self.clock = clock
        self.ask = ask
    }

    func name(of server: UInt64) async -> String? {
        let now = clock.now()
        if let known = known[server], now < known.until { return known.name }
        guard let ask else { return nil }
        let name = try? await ask(server)
        if known.count >= Self.capacity { known.removeAll() }
        known[server] = (name, now + Self.lifetime)
        return name
    }
}
