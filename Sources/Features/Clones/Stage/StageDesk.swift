import DiscordModels
import Foundation
import Logging
import Memory
import Support
import Synchronization

/// Where conversations of clones lie: reads one, lets something happen to it, writes it, again where somebody else was quicker.
final class StageDesk: Sendable {
    let store: CloneStageStore
    private let clock: any WallClock
    private let randomness: @Sendable () -> UInt64
    /// Channels in which something may be going on, so that most messages are passed over without a look at the database.
    private let live = Mutex<Set<ChannelID>>([])

    init(store: CloneStageStore, clock: any WallClock, randomness: @escaping @Sendable () -> UInt64) {
        self.store = store
        self.clock = clock
        self.randomness = randomness
    }

    var draw: () -> Double { { [randomness] in Double(randomness() >> 11) * 0x1p-53 } }

    func isLive(_ channel: ChannelID) -> Bool { live.withLock { $0.contains(channel) } }

    /// After a start: what was going on before.
    func recall() async throws {
        let channels = try await store.stages().filter { Self.decode($0)?.status != .ended }.map { ChannelID($0.channel.rawValue) }
        live.withLock { $0.formUnion(channels) }
    }

    func stage(in channel: ChannelID) async throws -> CloneStage? {
        try await store.stage(in: ChannelKey(channel.rawValue)).flatMap(Self.decode)
    }

    /// Begins one. Nil where one is going on already.
    func begin(_ stage: CloneStage, in channel: ChannelID, guild: GuildID) async throws -> CloneStage? {
        for _ in 0..<8 {
            let kept = try await store.stage(in: ChannelKey(channel.rawValue))
            if let known = kept.flatMap(Self.decode), known.status != .ended { return nil }
            if try await save(stage, over: kept, channel, GuildKey(guild.rawValue)) { return stage }
        }
        throw StageDeskBusy()
    }

    /// - Returns: what `body` returns; nil where there is no conversation.
    @discardableResult
    func change<Value>(_ channel: ChannelID, _ body: (inout CloneStage) throws -> Value) async throws -> (value: Value, stage: CloneStage)?
    {
        for _ in 0..<8 {
            guard let kept = try await store.stage(in: ChannelKey(channel.rawValue)), let before = Self.decode(kept) else { return nil }
            var stage = before
            let value = try body(&stage)
            if stage == before { return (value, stage) }
            if try await save(stage, over: kept, channel, kept.guild) { return (value, stage) }
        }
        throw StageDeskBusy()
    }

    func said(_ text: String, for requestID: RequestID, in channel: ChannelID) async throws {
        let now = clock.now()
        try await change(channel) { $0.said(text, for: requestID, at: now, draw: draw) }
    }

    func failed(_ requestID: RequestID, in channel: ChannelID) async throws {
        let now = clock.now()
        try await change(channel) { _ = $0.fail(requestID, at: now, draw: draw) }
    }

    func remove(_ clone: Int64, in channel: ChannelID) async throws { try await change(channel) { $0.remove(clone) } }

    /// Takes a clone out everywhere.
    func remove(_ clone: Int64) async throws {
        for kept in try await store.stages() where Self.decode(kept)?.cast.contains(where: { $0.clone == clone }) == true {
            try await remove(clone, in: ChannelID(kept.channel.rawValue))
        }
    }

    func stop(in channel: ChannelID) async throws { try await change(channel) { $0.stop() } }

    static func decode(_ kept: CloneStageStore.Kept) -> CloneStage? {
        try? JSONDecoder().decode(CloneStage.self, from: Data(kept.body.utf8))
    }

    private func save(_ stage: CloneStage, over kept: CloneStageStore.Kept?, _ channel: ChannelID, _ guild: GuildKey) async throws -> Bool {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let row = CloneStageStore.Kept(
            channel: ChannelKey(channel.rawValue), guild: guild, body: String(decoding: try encoder.encode(stage), as: UTF8.self),
            version: kept?.version ?? 0, dueAt: stage.dueAt)
        guard try await store.save(row) else { return false }
        live.withLock { if stage.status == .ended { $0.remove(channel) } else { $0.insert(channel) } }
        return true
    }
}

/// Too many wrote the same conversation at once.
struct StageDeskBusy: Error, CustomStringConvertible {
    var description: String { "a conversation of clones changed too often to be changed" }
}
