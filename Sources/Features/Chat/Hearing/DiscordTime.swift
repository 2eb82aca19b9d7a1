/// Discord's moments as text, read without a calendar library.
enum DiscordTime {
    /// Milliseconds since 1970 of `2026-03-01T10:00:00.123000+00:00`; nil for anything else.
    static func milliseconds(_ text: String) -> Int64? {
        let digits = text.utf8.split { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.map { String(Substring($0)) }
        guard text.utf8.count <= 40, digits.count >= 6, let year = Int64(digits[0]), let month = Int64(digits[1]),
            let day = Int64(digits[2]),
            let hour = Int64(digits[3]), let minute = Int64(digits[4]), let second = Int64(digits[5]), (1970...9999).contains(year),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        let fraction = text.contains(".") && digits.count > 6 ? Int64((digits[6] + "000").prefix(3)) ?? 0 : 0
        // Days since 1970 by Howard Hinnant's algorithm, "chrono-Compatible Low-Level Date Algorithms".
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000 + fraction
    }
}
