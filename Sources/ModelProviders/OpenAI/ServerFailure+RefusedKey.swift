// Servers that speak OpenAI's API know different keys, and refuse the ones they do not know in words of their own.
extension ServerFailure {
    private static let complaints = [
        "unsupported", "not supported", "does not support", "unrecognized", "unknown", "unexpected", "not permitted", "not allowed",
        "extra",
    ]

    /// Whether the server refused the request because it does not know this key.
    func refusesKey(_ key: String) -> Bool {
        guard status == 400 || status == 422 else { return false }
        let message = (message ?? "").lowercased()
        let code = (code ?? "").lowercased()
        guard Self.complaints.contains(where: { message.contains($0) || code.contains($0) }) else { return false }
        if let parameter { return parameter == key }
        return message.split { !($0.isLetter || $0.isNumber || $0 == "_") }.contains { $0 == key }
    }
}
