import NIOCore
import NIOPosix
import Support

/// Hints between processes by publish and subscribe: what one says, the others' listeners hear. The truth is in the keys.
final class RedisSignals: Sendable {
    private let client: RedisClient
    private let channel: String
    /// So that nobody hears themselves twice.
    private let name: String
    private let listening: Task<Void, Never>

    init(_ client: RedisClient, to signals: JobSignals, name: String) {
        let channel = client.address.keyPrefix + "signals"
        self.client = client
        self.channel = channel
        self.name = name
        listening = Task { [address = client.address] in
            while !Task.isCancelled {
                let connection = try? await RedisConnection.open(address, group: MultiThreadedEventLoopGroup.singleton) { text in
                    if let (sender, signal) = JobSignal.read(text), sender != name { signals.send(signal) }
                }
                if let connection, (try? await connection.send(["SUBSCRIBE", .text(channel)])) != nil {
                    // A connection that has died quietly is found out.
                    while !Task.isCancelled, (try? await connection.send(["PING"], limit: .seconds(5))) != nil {
                        try? await Task.sleep(for: .seconds(5))
                    }
                }
                connection?.close()
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    deinit { listening.cancel() }

    func publish(_ signal: JobSignal) { client.hint(["PUBLISH", .text(channel), .text("\(name) \(signal.words)")]) }
}

extension JobSignal {
    /// A queue's name stands last: it may hold spaces.
    fileprivate var words: String {
        switch self {
        case .available(let queue): "available \(queue)"
        case .cancelRequested(let id): "cancel \(id)"
        case .progressed(let id, let progress): "progress \(id) \(progress)"
        case .settled(let id, let state): "settled \(id) \(state.rawValue)"
        case .deliveries: "deliveries"
        }
    }

    fileprivate static func read(_ text: String) -> (sender: String, signal: JobSignal)? {
        let parts = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2 else { return nil }
        let rest = parts.count > 2 ? parts[2] : ""
        let words = rest.split(separator: " ")
        let id = words.first.flatMap { RequestID($0) }
        let signal: JobSignal? =
            switch (parts[1], id) {
            case ("available", _): .available(queue: String(rest))
            case ("cancel", let id?): .cancelRequested(id)
            case ("progress", let id?): words.count > 1 ? Double(words[1]).map { .progressed(id, $0) } : nil
            case ("settled", let id?): words.count > 1 ? JobState(rawValue: String(words[1])).map { .settled(id, $0) } : nil
            case ("deliveries", _): .deliveries
            default: nil
            }
        return signal.map { (String(parts[0]), $0) }
    }
}
