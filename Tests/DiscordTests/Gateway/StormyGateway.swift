import RepeatableChance
import Synchronization

/// A scripted gateway that has an event for every sequence from 2 on, and trouble on every connection but the last: it drops the socket
/// between two frames or in the middle of one, closes it, asks to reconnect, or declares the session invalid but resumable.
///
/// A resumed session gets all that came after its sequence, as Discord does; so nothing is lost but by a client's fault.
final class StormyGateway: Sendable {
    private let gateway: ScriptedGateway
    /// Each session ends with this sequence.
    private let last: Int
    /// By session: the connections so far, and the highest sequence sent.
    private let sessions = Mutex<[String: (connections: Int, sent: Int)]>([:])

    init(_ gateway: ScriptedGateway, last: Int) {
        self.gateway = gateway
        self.last = last
    }

    /// How many connections there have been.
    var connections: Int { sessions.withLock { $0.values.reduce(0) { $0 + $1.connections } } }

    /// Serves every connection while the story goes on.
    func serving(_ story: () async throws -> Void) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask {
                await withDiscardingTaskGroup { connections in
                    while let connection = await self.gateway.connections.next() {
                        connections.addTask { await self.serve(connection) }
                    }
                }
            }
            defer { gateway.connections.finish() }
            try await story()
        }
    }

    private func serve(_ connection: ScriptedConnection) async {
        defer { connection.drop() }
        connection.hello()
        guard let first = await connection.nextPayload(), let data = first.d as? [String: Any] else { return }
        let isNew = first.op == 2
        let session = isNew ? "s\((data["shard"] as? [Int])?.first ?? 0)" : data["session_id"] as? String ?? ""
        let (number, sent) = sessions.withLock { sessions in
            let known = sessions[session] ?? (0, 1)
            sessions[session] = (known.connections + 1, known.sent)
            return (known.connections, known.sent)
        }
        var chance = SplitMix64(seed: UInt64(number * 1_000) + UInt64(session.utf8.reduce(0) { $0 + Int($1) }))
        var wire = Wire(connection, compressed: number % 2 == 0)
        if isNew { wire.send(ScriptedConnection.ready(session: session, resume: gateway.url), &chance) }
        var sequence = isNew ? 2 : (data["seq"] as? Int ?? 1) + 1
        while sequence <= sent { wire.send(Self.event(sequence), &chance, next: &sequence) }
        if !isNew { wire.send(#"{"op":0,"t":"RESUMED","s":\#(max(1, sent)),"d":{}}"#, &chance) }
        let stop = min(last, sequence + Int(chance.next() % 80))
        while sequence <= stop { wire.send(Self.event(sequence), &chance, next: &sequence) }
        sessions.withLock { $0[session]?.sent = max(sent, sequence - 1) }
        wire.flush()
        if sequence <= last {
            switch chance.next() % 6 {
            case 0: return
            case 1: connection.close(4_000)
            case 2: return wire.tear(Self.event(sequence))
            case 3: wire.sendAtOnce(#"{"op":7,"d":null}"#)
            case 4: wire.sendAtOnce(#"{"op":9,"d":true}"#)
            default: wire.sendAtOnce("{ torn")
            }
            if chance.next() % 2 == 0 { return }
        }
        while let received = await connection.received.next() {
            if case .close = received { return }
        }
    }

    private static func event(_ sequence: Int) -> String {
        #"{"op":0,"t":"MESSAGE_DELETE","s":\#(sequence),"d":{"id":"\#(sequence)","channel_id":"1"}}"#
    }

    /// Frames on their way: several in a segment or one in several, plain or compressed.
    private struct Wire {
        private let connection: ScriptedConnection
        private let deflater: Deflater?
        private var bytes: [UInt8] = []

        init(_ connection: ScriptedConnection, compressed: Bool) {
            self.connection = connection
            deflater = compressed ? Deflater() : nil
        }

        private func frame(_ text: String) -> [UInt8] {
            guard let deflater else { return ScriptedConnection.frame(1, Array(text.utf8)) }
            return ScriptedConnection.frame(2, deflater.deflate(Array(text.utf8)))
        }

        mutating func send(_ text: String, _ chance: inout SplitMix64) {
            bytes += frame(text)
            guard chance.next() % 4 == 0 else { return }
            let cut = Int(chance.next() % UInt64(bytes.count + 1))
            connection.send(Array(bytes[..<cut]))
            bytes.removeFirst(cut)
        }

        mutating func send(_ text: String, _ chance: inout SplitMix64, next sequence: inout Int) {
            send(text, &chance)
            sequence += 1
        }

        mutating func flush() {
            connection.send(bytes)
            bytes = []
        }

        mutating func sendAtOnce(_ text: String) {
            bytes += frame(text)
            flush()
        }

        /// The first half of a frame.
        mutating func tear(_ text: String) {
            let frame = frame(text)
            connection.send(Array(frame[..<(frame.count / 2)]))
        }
    }
}
