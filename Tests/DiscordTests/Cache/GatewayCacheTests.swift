import DiscordModels
import Foundation
import NIOCore
import Support
import Synchronization
import Testing

@testable import Discord

/// Asks for what a cache does not know, and counts.
private final class Asked: Sendable {
    private let count = Mutex(0)
    var times: Int { count.withLock { $0 } }

    func guild(_ id: GuildID, permits: Permissions = .viewChannel) -> Guild {
        count.withLock { $0 += 1 }
        return Guild(id: id, name: "", ownerID: UserID(1), roles: [Role(id: RoleID(id.rawValue), name: "@everyone", permissions: permits)])
    }
}

@Suite("What the gateway tells is not asked for")
struct GatewayCacheTests {
    private let cache = GatewayCache()
    private let asked = Asked()
    private let guild = GuildID(4_194_304)
    private let person = UserID(5)

    private func receive(_ name: String, _ json: String, _ cache: GatewayCache? = nil) -> Bool {
        (cache ?? self.cache).receive(name, ByteBuffer(string: json))
    }

    /// What somebody with role 7 may do.
    private func permissions(in guild: GuildID? = nil) async throws -> Permissions {
        let guild = guild ?? self.guild
        return try await cache.guild(guild) { asked.guild(guild) }.permissions(of: person, with: [RoleID(7)], in: guild)
    }

    private let created = """
        {"joined_at":"2026-01-01","channels":[{"id":"2","type":0,"name":"}]{"}],"unavailable":false,"owner_id":"1","members":[{"user":{}}],
        "roles":[{"id":"4194304","name":"@everyone","permissions":"1024"},{"id":"7","name":"a","permissions":"8192","new":[]},
        {"id":"8","name":"none","permissions":"0"},{"id":"9","name":"b","permissions":"32"}],"id":"4194304","name":"g"}
        """

    @Test("A guild's roles, from its arrival on and through every change")
    func roles() async throws {
        cache.hears(shard: 0, of: 1)
        #expect(receive("GUILD_CREATE", created))
        #expect(try await permissions() == [.viewChannel, .manageMessages])
        #expect(receive("GUILD_ROLE_UPDATE", #"{"guild_id":"4194304","role":{"id":"7","name":"a","permissions":"32"}}"#))
        #expect(try await permissions() == [.viewChannel, .manageGuild])
        #expect(receive("GUILD_ROLE_DELETE", #"{"guild_id":"4194304","role_id":"7"}"#))
        #expect(try await permissions() == .viewChannel)
        #expect(receive("GUILD_ROLE_CREATE", #"{"guild_id":"4194304","role":{"id":"7","name":"c","permissions":"8"}}"#))
        #expect(try await permissions() == [.viewChannel, .administrator])
        #expect(receive("GUILD_UPDATE", #"{"id":"4194304","owner_id":"5","roles":[]}"#))
        #expect(try await permissions() == Permissions(rawValue: .max), "the owner may do everything")
        #expect(asked.times == 0)
    }

    @Test("A guild that is left or down is asked for again")
    func gone() async throws {
        cache.hears(shard: 0, of: 1)
        for (name, json) in [
            ("GUILD_DELETE", #"{"id":"4194304"}"#), ("GUILD_CREATE", #"{"id":"4194304","unavailable":true}"#),
        ] {
            #expect(receive("GUILD_CREATE", created))
            #expect(receive(name, json))
            #expect(cache.count.guilds == 0)
        }
        _ = try await permissions()
        _ = try await permissions()
        #expect(asked.times == 1)
    }

    @Test("An answer is kept, unless something was heard of guilds while it was on its way")
    func overtaken() async throws {
        cache.hears(shard: 0, of: 1)
        let facts = try await cache.guild(guild) {
            _ = receive("GUILD_ROLE_UPDATE", #"{"guild_id":"4194304","role":{"id":"7","permissions":"32"}}"#)
            return asked.guild(guild)
        }
        #expect(facts.permissions(of: person, with: [], in: guild) == .viewChannel)
        #expect(cache.count.guilds == 0)
        _ = try await permissions()
        _ = try await permissions()
        #expect(asked.times == 2)
    }

    @Test("Without a session nothing is believed for longer than it takes to say it")
    func withoutSession() async throws {
        for _ in 0..<2 { _ = try await permissions() }
        #expect(asked.times == 2)
        cache.hears(shard: 1, of: 2)
        for _ in 0..<2 { _ = try await permissions() }
        #expect(asked.times == 2 + 1, "4194304 >> 22 is 1, which is shard 1's")
        for _ in 0..<2 { _ = try await permissions(in: GuildID(8)) }
        #expect(asked.times == 3 + 2, "shard 0 hears nothing yet")
    }

    @Test("A lost session takes with it what it told, and no other's")
    func lostSession() async throws {
        cache.hears(shard: 0, of: 2)
        cache.hears(shard: 1, of: 2)
        _ = try await permissions()
        _ = try await permissions(in: GuildID(8))
        cache.lost(shard: 1, of: 2)
        _ = try await permissions(in: GuildID(8))
        #expect(asked.times == 2)
        _ = try await permissions()
        _ = try await permissions()
        #expect(asked.times == 4)
    }

    @Test("An event that cannot be read takes everything with it that it may have been about")
    func unreadable() async throws {
        cache.hears(shard: 0, of: 1)
        for (name, json) in [
            ("GUILD_CREATE", "["), ("GUILD_UPDATE", #"{"owner_id":"5"}"#), ("GUILD_ROLE_UPDATE", "{}"), ("GUILD_ROLE_DELETE", "7"),
            ("GUILD_DELETE", "null"), ("GUILD_CREATE", #"{"id":"4194304","roles":{"7":1}}"#),
        ] {
            #expect(receive("GUILD_CREATE", created))
            #expect(!receive(name, json))
            #expect(cache.count.guilds == 0)
        }
        #expect(receive("GUILD_CREATE", created))
        #expect(receive("CHANNEL_CREATE", "["), "what is not kept is not read")
        #expect(cache.count.guilds == 1)
    }

    @Test("No more is kept than allowed, however many guilds and people there are")
    func bounded() async throws {
        var configuration = GatewayCache.Configuration()
        (configuration.guilds, configuration.directChannels) = (10, 20)
        let cache = GatewayCache(configuration: configuration)
        cache.hears(shard: 0, of: 1)
        for n in 1...100 {
            #expect(receive("GUILD_CREATE", #"{"id":"\#(n)","roles":[]}"#, cache))
            _ = try await cache.directChannel(with: UserID(UInt64(n))) { ChannelID(9) }
        }
        #expect(cache.count == (10, 20))
    }

    @Test("Who wrote to the bot can be written to without asking where; others are asked for once")
    func directChannels() async throws {
        func channel(of user: UInt64) async throws -> ChannelID {
            try await cache.directChannel(with: UserID(user)) {
                _ = asked.guild(guild)
                return ChannelID(100 + user)
            }
        }
        func message(by user: UInt64, _ more: String = "") throws -> Message {
            let json =
                #"{"id":"1","channel_id":"\#(50 + user)","type":0,"content":"","timestamp":"2026-01-01T00:00:00+00:00","attachments":[]\#(more)"#
                + #","embeds":[],"author":{"id":"\#(user)","username":"u"\#(more.contains("bot") ? #","bot":true"# : "")}}"#
            return try JSONDecoder().decode(Message.self, from: Data(json.utf8))
        }
        cache.heard(try message(by: 5))
        #expect(try await channel(of: 5) == ChannelID(55))
        cache.heard(try message(by: 6, #","guild_id":"4194304""#))
        cache.heard(try message(by: 7, #","x":"bot""#))
        for user in [6, 7, 6, 7] as [UInt64] { #expect(try await channel(of: user) == ChannelID(100 + user)) }
        #expect(asked.times == 2)
        cache.lost(shard: 0, of: 1)
        #expect(try await channel(of: 5) == ChannelID(105))
    }

    @Test("A shard feeds it in the order of its events, and empties it with its session", .timeLimit(.minutes(10)))
    func overSocket() async throws {
        try await ScriptedGateway.serve { gateway in
            let bench = try ShardBench(gateway)
            let shard = bench.shard(cache: cache)
            try await bench.running(shard) {
                let first = try #require(await gateway.connections.next())
                try await bench.makeReady(first)
                _ = await bench.events.next()
                first.dispatch("GUILD_CREATE", sequence: 2, created.split(separator: "\n").joined())
                for n in 0..<50 {
                    first.dispatch(
                        "GUILD_ROLE_UPDATE", sequence: 3 + n, #"{"guild_id":"4194304","role":{"id":"7","permissions":"\#(n)"}}"#)
                }
                first.deleteMessage(1, sequence: 53)
                #expect(await bench.events.next() == deletion(1))
                #expect(try await permissions() == [.viewChannel, Permissions(rawValue: 49)])
                #expect(asked.times == 0)
                first.send(text: #"{"op":9,"d":false}"#)
                while cache.count.guilds > 0 { await Task.yield() }
            }
            #expect(shard.statistics.undecodable == 0)
        }
    }
}
