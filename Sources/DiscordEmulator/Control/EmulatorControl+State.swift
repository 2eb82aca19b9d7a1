public import DiscordModels
import OrderedCollections

/// Worlds from documents, and worlds that are kept.
extension EmulatorControl {
    /// What a document named, by name; channels by `guild/channel`.
    public struct Sown: Sendable {
        public let users: [String: UserID]
        public let guilds: [String: GuildID]
        public let channels: [String: ChannelID]
    }

    /// Adds people, guilds, roles, channels and messages that a document in YAML or JSON names: all of it or nothing.
    @discardableResult
    public func sow(_ document: String) throws(Refused) -> Sown {
        let ids: JSON
        do throws(World.PlayError) { ids = try core.populate(YAMLReader.read(document)) } catch { throw Refused(error) }
        func table<Mark>(_ key: String) -> [String: Snowflake<Mark>] {
            (ids[key]?.object ?? [:]).reduce(into: [:]) { table, entry in
                if let id = entry.value.id { table[entry.key] = Snowflake(id.raw) }
            }
        }
        return Sown(users: table("users"), guilds: table("guilds"), channels: table("channels"))
    }

    /// Faults that come one after the other, in YAML or JSON.
    public func run(scenario document: String) throws(Refused) {
        do throws(World.PlayError) { try core.order(YAMLReader.read(document)) } catch { throw Refused(error) }
    }

    /// The whole world, for ``load(_:)``.
    public func saved() throws -> [UInt8] { try core.savedState() }

    /// Becomes what was saved; bots must identify again.
    public func load(_ saved: [UInt8]) throws { try core.load(saved) }
}
