import Support

extension Timestamp {
    /// As Discord writes a moment: `2026-11-21T06:59:13.123000+00:00`.
    var discordText: String {
        let milliseconds = millisecondsSinceEpoch
        let day = milliseconds >= 0 ? milliseconds / 86_400_000 : (milliseconds - 86_399_999) / 86_400_000
        let inDay = milliseconds - day * 86_400_000
        let (year, month, dayOfMonth) = Self.civil(daysSinceEpoch: day)
        let date = "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(dayOfMonth, 2))"
        let time = [inDay / 3_600_000, inDay / 60_000 % 60, inDay / 1_000 % 60].map { Self.padded($0, 2) }.joined(separator: ":")
        return "\(date)T\(time).\(Self.padded(inDay % 1_000, 3))000+00:00"
    }

    /// The proleptic Gregorian date of a day count (the era-of-400-years method).
    private static func civil(daysSinceEpoch: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let z = daysSinceEpoch + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    /// Reads a moment of ISO 8601; without a zone it is UTC. Nil if it is none.
    init?(discordText text: String) {
        let pattern = /(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?/
        guard let match = text.wholeMatch(of: pattern)?.output else { return nil }
        let numbers = [match.1, match.2, match.3, match.4, match.5].compactMap { Int64($0) }
        guard numbers.count == 5, (1...12).contains(numbers[1]), (1...31).contains(numbers[2]) else { return nil }
        let seconds = match.6.flatMap { Int64($0) } ?? 0
        let fraction = match.7.map { Int64($0.padding(to: 3)) ?? 0 } ?? 0
        var zone: Int64 = 0
        if let text = match.8, text != "Z" {
            let digits = text.filter(\.isNumber)
            let minutes = (Int64(digits.prefix(2)) ?? 0) * 60 + (Int64(digits.suffix(2)) ?? 0)
            zone = text.hasPrefix("-") ? -minutes : minutes
        }
        let days = Self.days(year: numbers[0], month: numbers[1], day: numbers[2])
        let minutes = days * 1_440 + numbers[3] * 60 + numbers[4] - zone
        self.init(millisecondsSinceEpoch: (minutes * 60 + seconds) * 1_000 + fraction)
    }

    /// The inverse of ``civil(daysSinceEpoch:)``.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

extension Substring {
    /// The first `count` characters, zeros where there are fewer.
    fileprivate func padding(to count: Int) -> String { String((self + "000").prefix(count)) }
}
