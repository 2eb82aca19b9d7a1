import OrderedCollections
import Support

/// What of a session outlives the process, so that its bot can resume: who it is, how far it was told, and the last of what it was told.
struct SavedGatewaySession: Codable, Sendable {
    /// Bytes of events; a bot that missed more identifies again.
    static let limitBytes = 1 << 20

    let id: String
    let applicationID: ID
    let intents: Int64
    let shard: Int
    let shardCount: Int
    let token: String
    let sequence: Int
    /// Up to the one of `sequence`, oldest first.
    let frames: [String]

    init(_ session: GatewaySession) {
        id = session.id
        applicationID = session.applicationID
        intents = session.ear.intents.rawValue
        shard = session.ear.shard
        shardCount = session.ear.shardCount
        token = session.token
        sequence = session.sequence
        var bytes = 0
        let last = session.replay.reversed().prefix {
            bytes += $0.frame.count
            return bytes <= Self.limitBytes
        }
        frames = last.reversed().map { String(decoding: $0.frame, as: UTF8.self) }
    }
}

extension GatewayHub {
    var savedSessions: [SavedGatewaySession] { sessions.values.map { SavedGatewaySession($0) } }

    /// Lets the bots of sessions that a file kept resume them, for as long as after a cut socket.
    mutating func takeUp(_ saved: [SavedGatewaySession], at now: Timestamp) {
        for saved in saved.prefix(configuration.maximumSessions) {
            keep(
                GatewaySession(saved, limitEvents: configuration.replayEvents, limitBytes: configuration.replayBytes, at: now))
        }
    }
}
