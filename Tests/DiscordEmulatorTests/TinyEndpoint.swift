import Crypto
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

@testable import DiscordEmulator

/// An application's interactions endpoint: checks signatures as Discord demands it and answers what a test wants.
struct TinyEndpoint: Sendable {
    struct Request: Sendable {
        let headers: HTTPHeaders
        let body: [UInt8]
        var json: JSON { (try? JSONReader.read(body)) ?? .null }

        func isSigned(by key: String) -> Bool {
            guard let signature = headers.first(name: "X-Signature-Ed25519"), let timestamp = headers.first(name: "X-Signature-Timestamp"),
                let publicKey = try? Curve25519.Signing.PublicKey(rawRepresentation: Self.bytes(key))
            else { return false }
            return publicKey.isValidSignature(Self.bytes(signature), for: Array(timestamp.utf8) + body)
        }

        private static func bytes(_ hex: String) -> [UInt8] {
            let digits = Array(hex)
            return stride(from: 0, to: digits.count - 1, by: 2).compactMap { UInt8(String(digits[$0...($0 + 1)]), radix: 16) }
        }
    }

    typealias Answer = @Sendable (Request) -> (status: Int, body: JSON)

    /// Runs an endpoint for the length of `body`, which gets its address.
    static func run(_ answer: @escaping Answer, _ body: @escaping @Sendable (String) async throws -> Void) async throws {
        typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton).bind(host: "127.0.0.1", port: 0) { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                return try Connection(wrappingChannelSynchronously: channel)
            }
        }
        let port = server.channel.localAddress?.port ?? 0
        try await server.executeThenClose { connections in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await withThrowingDiscardingTaskGroup { serving in
                        for try await connection in connections { serving.addTask { try? await serve(connection, answer) } }
                    }
                }
                try await body("http://127.0.0.1:\(port)/interactions")
                group.cancelAll()
            }
        }
    }

    private static func serve(_ connection: NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>, _ answer: Answer) async throws {
        try await connection.executeThenClose { inbound, outbound in
            var headers = HTTPHeaders()
            var body: [UInt8] = []
            for try await part in inbound {
                switch part {
                case .head(let head):
                    headers = head.headers
                    body = []
                case .body(let bytes): body.append(contentsOf: bytes.readableBytesView)
                case .end:
                    let (status, reply) = answer(Request(headers: headers, body: body))
                    let bytes = reply.isNull ? [] : reply.bytes
                    let head = HTTPResponseHead(
                        version: .http1_1, status: .init(statusCode: status),
                        headers: ["Content-Type": "application/json", "Content-Length": "\(bytes.count)"])
                    try await outbound.write(.head(head))
                    try await outbound.write(.body(.byteBuffer(ByteBuffer(bytes: bytes))))
                    try await outbound.write(.end(nil))
                }
            }
        }
    }
}
