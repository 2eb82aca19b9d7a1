import Foundation
import NIOCore
import NIOSSL
import Testing

@testable import Discord

/// A certificate for localhost that lives as long as a test, made by the `openssl` command where there is one.
struct TestCertificate {
    static let openssl = ["/usr/bin/openssl", "/usr/local/bin/openssl", "/bin/openssl"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    let certificate: NIOSSLCertificate
    let key: NIOSSLPrivateKey

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("troupe-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = (key: folder.appendingPathComponent("key.pem").path, certificate: folder.appendingPathComponent("cert.pem").path)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Self.openssl))
        process.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", files.key, "-out", files.certificate,
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        certificate = try #require(try NIOSSLCertificate.fromPEMFile(files.certificate).first)
        key = try NIOSSLPrivateKey(file: files.key, format: .pem)
    }

    func server() throws -> NIOSSLContext {
        try NIOSSLContext(
            configuration: .makeServerConfiguration(certificateChain: [.certificate(certificate)], privateKey: .privateKey(key)))
    }
}

@Suite(
    "A gateway connection over TLS", .timeLimit(.minutes(10)),
    .enabled(if: TestCertificate.openssl != nil, "the openssl command is missing")
)
struct GatewayTLSTests {
    private func greeting(_ connector: GatewayConnector, _ address: String) async throws -> String? {
        let connection = try await connector.open(GatewayAddress(address), compression: .zlibStream, attempt: .init())
        let texts = Inbox<String>()
        _ = try? await connection.read { text in
            texts.put(String(buffer: text))
            connection.close(code: 4_000)
            return true
        }
        return texts.waiting.first
    }

    @Test("A server whose certificate is trusted is talked to, by name and by number; HELLO comes with the upgrade")
    func trusted() async throws {
        let identity = try TestCertificate()
        var client = TLSConfiguration.makeClientConfiguration()
        client.trustRoots = .certificates([identity.certificate])
        let connector = GatewayConnector(tls: client)
        let hello = ScriptedConnection.hello(interval: 41_250)
        try await ScriptedGateway.serve(greeting: ScriptedConnection.frame(1, Array(hello.utf8)), tls: identity.server()) { gateway in
            for address in [gateway.url, gateway.url.replacingOccurrences(of: "127.0.0.1", with: "localhost")] {
                async let heard = greeting(connector, address)
                let server = try #require(await gateway.connections.next())
                #expect(await server.received.next() == .close(4_000))
                server.close(4_000)
                server.drop()
                #expect(try await heard == hello)
            }
        }
    }

    @Test("A server whose certificate nobody vouches for, or which is another's, is refused")
    func untrusted() async throws {
        let identity = try TestCertificate()
        try await ScriptedGateway.serve(tls: identity.server()) { gateway in
            await #expect(throws: (any Error).self) { try await greeting(GatewayConnector(), gateway.url) }
            var client = TLSConfiguration.makeClientConfiguration()
            client.trustRoots = .certificates([identity.certificate])
            let elsewhere = gateway.url.replacingOccurrences(of: "127.0.0.1", with: "localhost.localdomain")
            await #expect(throws: (any Error).self) { try await greeting(GatewayConnector(tls: client), elsewhere) }
            let connections = gateway.connections.waiting
            #expect(connections.isEmpty)
        }
    }
}
