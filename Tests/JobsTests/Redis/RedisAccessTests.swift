import Foundation
import Jobs
import PostgresTestServer
import Support
import Testing

@Suite("Redis behind TLS and a user of its own")
struct RedisAccessTests {
    private let start = Timestamp(millisecondsSinceEpoch: 1_750_000_000_000)

    /// A server that takes TLS only, with a certificate that no system knows.
    private struct Guarded {
        let server: RedisTestServer
        let port: Int
        let folder: URL

        init() throws {
            folder = FileManager.default.temporaryDirectory.appending(path: "redis-tls-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for name in ["own", "other"] {
                try Command.run([
                    "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                    "subjectAltName=DNS:localhost", "-keyout", folder.path + "/\(name).key", "-out", folder.path + "/\(name).pem",
                ])
            }
            var (found, port): (RedisTestServer?, Int) = (nil, 0)
            // A port that is free now may be taken a moment later.
            for attempt in 0..<20 where found == nil {
                port = 20_000 + (Int(ProcessInfo.processInfo.processIdentifier) * 31 + attempt * 977) % 20_000
                found = try? RedisTestServer(settings: [
                    "--tls-port", "\(port)", "--tls-cert-file", folder.path + "/own.pem", "--tls-key-file", folder.path + "/own.key",
                    "--tls-auth-clients", "no", "--bind", "127.0.0.1",
                ])
            }
            server = try #require(found)
            self.port = port
            // What the queue needs of Redis, and of the keys its own only.
            try server.cli(
                "ACL", "SETUSER", "troupe", "on", ">a secret", "~{mine}:*", "&{mine}:*", "+@all", "-@dangerous", "-@admin", "+info")
        }

        func queue(_ user: String, _ password: String, prefix: String = "mine", certificate: String? = "own") throws -> RedisJobQueue {
            let words = "?prefix=\(prefix)" + (certificate.map { "&ca=\(folder.path)/\($0).pem" } ?? "")
            let address = try RedisAddress(parsing: "rediss://\(user):\(password)@localhost:\(port)/\(words)")
            return RedisJobQueue(address, name: "one", patience: .milliseconds(300))
        }
    }

    @Test("the whole way of a job, over TLS, as a user who may do no more; others are refused with a sentence")
    func guarded() async throws {
        let redis = try Guarded()
        defer { try? FileManager.default.removeItem(at: redis.folder) }
        let queue = RedisJobQueue(
            try RedisAddress(parsing: "rediss://troupe:a%20secret@localhost:\(redis.port)/?prefix=mine&ca=\(redis.folder.path)/own.pem"),
            name: "one", patience: .seconds(30))
        _ = try await queue.enqueue(painting(1), at: start)
        let claimed = try #require(await queue.claim(JobClaim(queues: ["painter"], worker: "w"), at: start).first)
        _ = try await queue.record(JobOutput(summary: .empty), under: claimed.lease, at: start)
        _ = try await queue.settle(claimed.lease, as: .completed, at: start, answer: stateAnswer)
        let delivery = try #require(await queue.claimDeliveries(worker: "d", lease: .seconds(9), limit: 1, at: start).first)
        try await queue.markDelivered(delivery.lease, receipt: nil, at: start)
        #expect(try await queue.clean(keeping: .inMemory, at: start + .seconds(91 * 86_400), limit: 10) > 0)
        #expect(try await queue.job(RequestID(1)) == nil)
        #expect(try await queue.check() == [])

        for (queue, code) in [
            (try redis.queue("troupe", "wrong"), RedisError.Code.accessDenied),
            (try redis.queue("nobody", "a%20secret"), .accessDenied),
            (try redis.queue("troupe", "a%20secret", prefix: "yours"), .accessDenied),
            (try redis.queue("troupe", "a%20secret", certificate: "other"), .serverAway),
            (try redis.queue("troupe", "a%20secret", certificate: nil), .serverAway),
            (try redis.queue("troupe", "a%20secret", certificate: "missing"), .badAddress),
        ] {
            let error = await #expect(throws: RedisError.self) { try await queue.enqueue(painting(2), at: start) }
            #expect(error?.code == code)
            #expect(error.map { !"\($0)".contains("secret") } == true)
        }
    }
}
