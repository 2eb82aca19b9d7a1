import DequeModule
import Support

/// A session: what a bot identified for, and the events it has not yet confirmed to have. It outlives its socket for a while, and the
/// bot's process too. A value without I/O.
struct GatewaySession: Sendable {
    struct Event: Sendable {
        let sequence: Int
        /// The whole frame, ready to send.
        let frame: [UInt8]
    }

    /// What decides which events it hears. Apart from the rest, so that looking at it does not copy the events kept for a resume.
    struct Ear: Sendable {
        let applicationID: ID
        let intents: Intents
        let shard: Int
        let shardCount: Int

        /// Whether events of a guild (or of direct messages, if nil) are this shard's.
        func handles(guildID: ID?) -> Bool {
            guard let guildID else { return shard == 0 }
            return Int((guildID.raw >> 22) % UInt64(shardCount)) == shard
        }
    }

    let id: String
    let ear: Ear
    let token: String
    let limitEvents: Int
    let limitBytes: Int
    private(set) var sequence = 0
    private(set) var replay: Deque<Event> = []
    private(set) var replayBytes = 0
    /// The socket that holds it.
    var connectionID: Int?
    /// When it lost its socket.
    var detachedAt: Timestamp?

    init(id: String, ear: Ear, token: String, limitEvents: Int, limitBytes: Int) {
        self.id = id
        self.ear = ear
        self.token = token
        self.limitEvents = limitEvents
        self.limitBytes = limitBytes
    }

    /// One that a state file kept: it waits for its bot from `now` on.
    init(_ saved: SavedGatewaySession, limitEvents: Int, limitBytes: Int, at now: Timestamp) {
        let ear = Ear(
            applicationID: saved.applicationID, intents: Intents(rawValue: saved.intents), shard: saved.shard,
            shardCount: max(1, saved.shardCount))
        self.init(id: saved.id, ear: ear, token: saved.token, limitEvents: limitEvents, limitBytes: limitBytes)
        sequence = saved.sequence
        let first = saved.sequence - saved.frames.count + 1
        replay = Deque(saved.frames.enumerated().map { Event(sequence: first + $0.offset, frame: Array($0.element.utf8)) })
        replayBytes = replay.reduce(0) { $0 + $1.frame.count }
        detachedAt = now
    }

    var applicationID: ID { ear.applicationID }

    /// Makes the frame of the next event and keeps it for a resume.
    mutating func dispatch(_ name: String, _ data: [UInt8]) -> [UInt8] {
        sequence += 1
        var frame = Array("{\"t\":\"\(name)\",\"s\":\(sequence),\"op\":0,\"d\":".utf8)
        frame.append(contentsOf: data)
        frame.append(UInt8(ascii: "}"))
        replay.append(Event(sequence: sequence, frame: frame))
        replayBytes += frame.count
        while replay.count > limitEvents || replayBytes > limitBytes, let oldest = replay.popFirst() { replayBytes -= oldest.frame.count }
        return frame
    }

    /// The frames after `sequence`; nil if some of them are gone or the bot claims what was never sent.
    func events(after sequence: Int) -> [[UInt8]]? {
        guard sequence <= self.sequence, sequence >= 0 else { return nil }
        if sequence == self.sequence { return [] }
        guard let first = replay.first, first.sequence <= sequence + 1 else { return nil }
        return replay.filter { $0.sequence > sequence }.map(\.frame)
    }
}
