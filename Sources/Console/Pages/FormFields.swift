import Foundation
import Hummingbird

/// The fields of a posted form, `application/x-www-form-urlencoded`, at most 16 KiB.
struct FormFields: Sendable {
    private let values: [String: String]

    init(_ request: Request) async throws {
        self.init(String(decoding: try await request.bytes(upTo: 16 << 10), as: UTF8.self))
    }

    init(_ text: String) {
        var values: [String: String] = [:]
        for pair in text.split(separator: "&").prefix(100) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
                $0.replacing("+", with: " ").removingPercentEncoding ?? ""
            }
            values[parts[0]] = parts.count == 2 ? parts[1] : ""
        }
        self.values = values
    }

    /// Empty where it was not sent.
    subscript(_ name: String) -> String { values[name] ?? "" }
}
