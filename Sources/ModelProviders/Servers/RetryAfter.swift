import Foundation
import Support

/// When a server says to come back: `Retry-After` in seconds or as a date (RFC 9110 §10.2.3), or `retry-after-ms`.
enum RetryAfter {
    /// No server makes us wait longer than this.
    static let longest = Duration.seconds(3_600)

    /// - Parameter headers: names in lower case.
    static func duration(_ headers: [String: String], at now: Timestamp) -> Duration? {
        if let text = headers["retry-after-ms"], let milliseconds = Double(text.trimmingCharacters(in: .whitespaces)) {
            return bounded(milliseconds / 1_000)
        }
        guard let text = headers["retry-after"]?.trimmingCharacters(in: .whitespaces) else { return nil }
        if let seconds = Double(text) { return bounded(seconds) }
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "GMT")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        guard let date = format.date(from: text) else { return nil }
        return bounded(date.timeIntervalSince1970 - Double(now.millisecondsSinceEpoch) / 1_000)
    }

    private static func bounded(_ seconds: Double) -> Duration? {
        guard seconds.isFinite else { return nil }
        return .milliseconds(Int64(max(0, min(longest.inSeconds, seconds)) * 1_000))
    }
}
