import ArgumentParser
import Foundation
import Support

/// Until when something is good, as people type it: `2026-12-31` (to its end, UTC), `30d` or `12h` from now.
struct Expiry: ExpressibleByArgument, Equatable {
    private enum Form: Equatable {
        case day(Timestamp)
        case span(Duration)
    }

    private let form: Form

    init?(argument: String) {
        let text = argument.lowercased()
        if let unit = text.last, let seconds = ["d": 86_400, "h": 3_600][unit] {
            guard let count = Int(text.dropLast()), (1...36_500).contains(count) else { return nil }
            form = .span(.seconds(count * seconds))
            return
        }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2], parts.allSatisfy({ Int($0) != nil }),
            let day = try? Date.ISO8601FormatStyle().year().month().day().parse(text),
            day.formatted(Date.ISO8601FormatStyle().year().month().day()) == text
        else { return nil }
        form = .day(Timestamp(millisecondsSinceEpoch: Int64(day.timeIntervalSince1970 * 1_000)) + .seconds(86_400))
    }

    /// The first moment at which it is no longer good.
    func moment(from now: Timestamp) -> Timestamp {
        switch form {
        case .day(let end): end
        case .span(let span): now + span
        }
    }
}

extension Timestamp {
    /// `2026-11-05T17:30:00Z`
    var iso8601: String {
        Date(timeIntervalSince1970: Double(millisecondsSinceEpoch) / 1_000).formatted(Date.ISO8601FormatStyle())
    }
}
