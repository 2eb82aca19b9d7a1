import Support

/// Days and months in UTC, for caps and allowances that begin anew.
///
/// Source of the arithmetic: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", 2021.
public enum CreditPeriod: String, Sendable, Hashable, CaseIterable, Codable {
    case daily, monthly

    /// Names the period that a moment lies in: `2026-11-05` or `2026-11`.
    public func key(at now: Timestamp) -> String {
        let (year, month, day) = Self.date(at: now)
        let text = Self.padded(year, 4) + "-" + Self.padded(month, 2)
        return self == .monthly ? text : text + "-" + Self.padded(day, 2)
    }

    /// When the period that a moment lies in began.
    public func start(at now: Timestamp) -> Timestamp {
        let day = Self.day(of: now)
        let back = self == .daily ? 0 : Int64(Self.date(at: now).day - 1)
        return Timestamp(millisecondsSinceEpoch: (day - back) * 86_400_000)
    }

    /// When the next one begins.
    public func next(after now: Timestamp) -> Timestamp {
        let later = start(at: now) + .seconds(86_400 * (self == .daily ? 1 : 31))
        return start(at: later)
    }

    private static func day(of now: Timestamp) -> Int64 {
        let (quotient, remainder) = now.millisecondsSinceEpoch.quotientAndRemainder(dividingBy: 86_400_000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    private static func date(at now: Timestamp) -> (year: Int, month: Int, day: Int) {
        let z = Int(day(of: now)) + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
