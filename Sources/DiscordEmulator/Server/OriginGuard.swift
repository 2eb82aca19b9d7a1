/// Keeps other web pages out: a page elsewhere can make the browser send requests here, but not with our `Host` (when it plays with DNS)
/// and not with our `Origin`.
struct OriginGuard: Sendable {
    let names: Set<String>

    init(allowedHosts: [String]) { names = Set(["127.0.0.1", "localhost", "[::1]"] + allowedHosts.map { $0.lowercased() }) }

    /// `origin` is sent by browsers only.
    func accepts(host: String?, origin: String?) -> Bool {
        guard let host, names.contains(Self.name(host)) else { return false }
        guard let origin else { return true }
        // The same name and port, or else it is another site on this machine.
        return ["http://", "https://"].contains { origin.lowercased() == $0 + host.lowercased() }
    }

    /// The name without the port.
    private static func name(_ host: String) -> String {
        let lowered = host.lowercased()
        if lowered.hasPrefix("[") { return String(lowered.prefix { $0 != "]" }) + "]" }
        return String(lowered.prefix { $0 != ":" })
    }
}
