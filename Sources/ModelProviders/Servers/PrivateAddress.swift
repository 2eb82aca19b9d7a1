import Glibc
import NIOCore

/// Addresses inside one's own machine or network, which nobody outside may send us to. Source: the IANA special-purpose
/// address registries (RFC 6890).
enum PrivateAddress {
    /// Whether a host's name leads there, now. Asks the resolver: takes a while, so it has a thread of its own.
    static func isBehind(_ host: String) async -> Bool {
        let found = try? await DedicatedThread.run(name: "troupe.resolve") { _ in
            try SocketAddress.makeAddressResolvingHost(host, port: 443)
        }
        return found.map { bytes(of: $0).map(isPrivate) ?? true } ?? true
    }

    private static func bytes(of address: SocketAddress) -> [UInt8]? {
        guard let text = address.ipAddress else { return nil }
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 { return Array(bytes[..<4]) }
        return inet_pton(AF_INET6, text, &bytes) == 1 ? bytes : nil
    }

    /// - Parameter bytes: 4 of IPv4 or 16 of IPv6, in network order.
    static func isPrivate(_ bytes: [UInt8]) -> Bool {
        if bytes.count == 16 {
            // IPv4 inside IPv6, mapped (::ffff:0:0/96) or translated (64:ff9b::/96).
            if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF { return isPrivate(Array(bytes[12...])) }
            if bytes.starts(with: [0, 0x64, 0xFF, 0x9B]) { return isPrivate(Array(bytes[12...])) }
            if bytes[..<15].allSatisfy({ $0 == 0 }) { return true }
            // Unique local, link-local, multicast.
            return bytes[0] & 0xFE == 0xFC || (bytes[0] == 0xFE && bytes[1] & 0x80 == 0x80) || bytes[0] == 0xFF
        }
        guard bytes.count == 4 else { return true }
        switch (bytes[0], bytes[1]) {
        case (0, _), (10, _), (127, _), (224..., _), (169, 254), (172, 16...31), (192, 168), (100, 64...127), (198, 18...19): return true
        case (192, 0): return bytes[2] == 0
        default: return false
        }
    }
}
