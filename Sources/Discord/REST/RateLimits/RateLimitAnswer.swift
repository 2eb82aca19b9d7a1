import Support

/// What one answer of Discord says about limits, taken from its headers and, for a 429, its body.
///
/// Reset times of the wall clock are ignored: only spans, counted from the answer's arrival, can be trusted.
struct RateLimitAnswer: Sendable, Hashable {
    /// Who is limited by a 429.
    enum Scope: Sendable, Hashable {
        /// This bot on this bucket.
        case user
        /// This bot everywhere.
        case global
        /// The resource, for everybody; no fault of ours.
        case shared
        /// The wall before Discord itself: everything from this address.
        case edge
    }

    var status: Int
    /// Discord's JSON error code, 0 for none.
    var code = 0
    var bucket: String?
    var limit: Int?
    var remaining: Int?
    var resetAfter: Duration?
    /// Only of a 429.
    var retryAfter: Duration?
    var scope = Scope.user

    var isRateLimited: Bool { status == 429 }

    /// Reads the headers by a lookup that does not care about case.
    /// - Parameter body: of a 429: `retry_after` in seconds and `global`; nil when the body was not Discord's.
    init(status: Int, code: Int = 0, header: (String) -> String?, body: (retryAfter: Double, isGlobal: Bool)? = nil) {
        func seconds(_ text: String?) -> Duration? {
            guard let text, text.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: ".") }) else { return nil }
            return Double(text).flatMap(Self.duration)
        }
        self.status = status
        self.code = code
        bucket = header("x-ratelimit-bucket").flatMap { $0.isEmpty || $0.utf8.count > 128 ? nil : $0 }
        limit = header("x-ratelimit-limit").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
        remaining = header("x-ratelimit-remaining").flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
        resetAfter = seconds(header("x-ratelimit-reset-after"))
        guard status == 429 else { return }
        // The header is in whole seconds, rounded up; the body is exact.
        retryAfter = body.flatMap { Self.duration($0.retryAfter) } ?? seconds(header("retry-after"))
        switch header("x-ratelimit-scope") {
        case "shared": scope = .shared
        case "global": scope = .global
        case "user": scope = .user
        default:
            let isGlobal = header("x-ratelimit-global") == "true" || body?.isGlobal == true
            scope = isGlobal ? .global : body == nil && bucket == nil ? .edge : .user
        }
        if scope == .user, header("x-ratelimit-global") == "true" || body?.isGlobal == true { scope = .global }
    }

    /// Seconds to a span, rounded up to whole milliseconds and kept within a day.
    private static func duration(_ seconds: Double) -> Duration? {
        guard seconds.isFinite, seconds >= 0 else { return nil }
        return .milliseconds(Int64((min(seconds, 86_400) * 1_000).rounded(.up)))
    }
}
