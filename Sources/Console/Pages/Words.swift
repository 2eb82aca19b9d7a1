import Support

/// How the console says numbers and times.
enum Words {
    /// As `3 min ago`.
    static func ago(_ moment: Timestamp, _ now: Timestamp) -> String {
        let span = now - moment
        return span < .seconds(1) ? "now" : "\(self.span(span)) ago"
    }

    /// With two digits behind the point.
    static func number(_ value: Double) -> String {
        let (whole, rest) = Int((abs(value) * 100).rounded()).quotientAndRemainder(dividingBy: 100)
        return "\(value < 0 ? "-" : "")\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }

    /// As `250 ms`, `3.2 s`, `5 min`, `2 h`, `3 d`.
    static func span(_ span: Duration) -> String {
        let seconds = span.inSeconds
        switch seconds {
        case ..<1: return "\(Int(seconds * 1_000)) ms"
        case ..<10: return "\((seconds * 10).rounded() / 10) s"
        case ..<120: return "\(Int(seconds)) s"
        case ..<7_200: return "\(Int(seconds / 60)) min"
        case ..<172_800: return "\(Int(seconds / 3_600)) h"
        default: return "\(Int(seconds / 86_400)) d"
        }
    }
}
