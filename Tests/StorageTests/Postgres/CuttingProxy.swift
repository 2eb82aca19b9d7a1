import Foundation
import PostgresTestServer
import Synchronization

/// Stands between a client and the server and breaks a connection at a chosen word, so that the client cannot know whether
/// the server heard it.
final class CuttingProxy: Sendable {
    enum Cut: Sendable {
        /// The server never hears the word.
        case before
        /// The server hears it and does it; its answer is lost.
        case after
    }

    let folder: TemporaryFolder
    private let server: String
    private let listener: Int32
    private let plan = Mutex<(word: [UInt8], cut: Cut)?>(nil)
    private let cuts = Mutex(0)

    init(_ server: PostgresTestServer) throws {
        folder = try TemporaryFolder()
        self.server = server.folder.appending(path: ".s.PGSQL.5432").path
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard Self.withAddress(folder.path(".s.PGSQL.5432"), { bind(listener, $0, $1) }) == 0, listen(listener, 20) == 0 else {
            throw TestServerError(description: "the proxy cannot listen")
        }
        Thread { [self] in accepting() }.start()
    }

    /// How often it has cut.
    var count: Int { cuts.withLock { $0 } }

    /// Cuts the next connection on which the client says the word, once.
    func cutOnce(at word: String, _ cut: Cut) { plan.withLock { $0 = (Array(word.utf8), cut) } }

    func close() { shutdown(listener, Int32(SHUT_RDWR)) }

    private func accepting() {
        while true {
            let client = accept(listener, nil, nil)
            if client < 0 { break }
            let upstream = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            guard Self.withAddress(server, { connect(upstream, $0, $1) }) == 0 else { return }
            Thread { [self] in forward(client, upstream) }.start()
            Thread { Self.copy(upstream, client) }.start()
        }
        Foundation.close(listener)
    }

    /// From the client to the server.
    private func forward(_ client: Int32, _ upstream: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(client, &buffer, buffer.count)
            if count <= 0 { break }
            let cut = plan.withLock { plan -> Cut? in
                guard let wanted = plan, Data(buffer[..<count]).range(of: Data(wanted.word)) != nil else { return nil }
                plan = nil
                return wanted.cut
            }
            if cut != .before { _ = send(upstream, buffer, count, Int32(MSG_NOSIGNAL)) }
            if let cut {
                cuts.withLock { $0 += 1 }
                shutdown(client, Int32(SHUT_RDWR))
                // The server is to do what it was told before it hears that nobody listens.
                if cut == .after { Thread.sleep(forTimeInterval: 0.1) }
                break
            }
        }
        shutdown(upstream, Int32(SHUT_RDWR))
    }

    private static func copy(_ from: Int32, _ to: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(from, &buffer, buffer.count)
            if count <= 0 || send(to, buffer, count, Int32(MSG_NOSIGNAL)) < 0 { break }
        }
        shutdown(to, Int32(SHUT_RDWR))
    }

    private static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8).prefix($0.count - 1)) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
    }
}
