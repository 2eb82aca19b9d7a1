import Foundation
import NIOCore
import NIOPosix
import Support

/// One Redis, through all its restarts: connects again, loads the script again, and sends again what got no answer. Every
/// function of the script may be repeated without harm, and finds by its token what it did before. Each call says until when
/// somebody waits for it: one that reaches the server later, from a network that had lost it for a while, does nothing.
actor RedisClient {
    let address: RedisAddress
    private let group: any EventLoopGroup
    private let patience: Duration
    private var connection: RedisConnection?
    private var opening: Task<RedisConnection, any Error>?
    /// The script's name in the server, once it is known.
    private var script: String?
    /// No other client has it.
    private let name = UUID().uuidString
    private var calls = 0

    init(_ address: RedisAddress, patience: Duration, group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton) {
        self.address = address
        self.patience = patience
        self.group = group
    }

    deinit { connection?.close() }

    /// Runs one function of the script.
    func call(_ name: String, at now: Timestamp = Timestamp(millisecondsSinceEpoch: 0), _ arguments: [RESPWord]) async throws -> RESPValue {
        calls += 1
        return try await call(name, token: "\(self.name)/\(calls)", at: now, arguments)
    }

    /// One that may have been sent before under the same token.
    func call(_ name: String, token: String, at now: Timestamp, _ arguments: [RESPWord]) async throws -> RESPValue {
        try await patiently { client, connection in
            var words: [RESPWord] = [
                "EVALSHA", .text(try await client.scriptName(connection)), "1", .text(client.address.keyPrefix), "", .text(now.redis),
            ]
            words += arguments
            func send() async throws -> RESPValue {
                let limit = Duration.nanoseconds(RedisConnection.limit(words).nanoseconds)
                words[4] = .text("\(name) \(token) \(connection.serverTime(in: limit))")
                return try await connection.send(words)
            }
            do { return try await send() } catch let error as RedisError where error.message.contains("NOSCRIPT") {
                await client.forgetScript()
                words[1] = .text(try await client.scriptName(connection))
                return try await send()
            }
        }
    }

    /// Runs one command.
    func command(_ words: [RESPWord]) async throws -> RESPValue { try await patiently { try await $1.send(words) } }

    /// Sends without waiting for the answer.
    nonisolated func hint(_ words: [RESPWord]) {
        Task { _ = try? await current().send(words) }
    }

    private nonisolated func patiently(
        _ body: @Sendable (RedisClient, RedisConnection) async throws -> RESPValue
    ) async throws -> RESPValue {
        let end = ContinuousClock.now + patience
        var pause = Duration.milliseconds(20)
        while true {
            do {
                let connection = try await current()
                do { return try await body(self, connection) } catch let error as RedisError where error.code == .serverAway {
                    // One that has become a replica is asked for no more.
                    connection.close()
                    throw error
                }
            } catch let error as RedisError where error.code == .serverAway {
                guard ContinuousClock.now + pause < end else { throw error }
                try await Task.sleep(for: pause)
                pause = min(pause * 2, .seconds(1))
            }
        }
    }

    private func current() async throws -> RedisConnection {
        if let connection, connection.isOpen { return connection }
        if let opening { return try await opening.value }
        let task = Task { [address, group] in try await RedisConnection.open(address, group: group) }
        opening = task
        defer { opening = nil }
        let fresh = try await task.value
        connection = fresh
        script = nil
        return fresh
    }

    private func scriptName(_ connection: RedisConnection) async throws -> String {
        if let script { return script }
        guard let name = try await connection.send(["SCRIPT", "LOAD", .text(RedisScript.text)]).string else {
            throw RedisError(.unexpectedReply, "Redis did not load the script")
        }
        script = name
        return name
    }

    private func forgetScript() { script = nil }

    func close() {
        connection?.close()
        connection = nil
    }
}

extension Timestamp {
    var redis: String { String(millisecondsSinceEpoch) }
}
