import Support

/// A date and time as some country writes it: `3/11/2023 2:58 PM`, `11.03.2023 14:58`, `11-Mar-23 02:58 PM`, `2023-03-11 14:58`.
struct LocalDate: Hashable {
    enum Order: CaseIterable { case dayFirst, monthFirst, yearFirst }

    /// The first three numbers as they stand; a month's name counts as its number.
    private let parts: [Int]
    /// Which part was a name, and so the month.
    private let namedMonth: Int?
    private let hour: Int
    private let minute: Int

    /// - Returns: nil for what is no date with a time.
    init?(_ text: String) {
        var numbers: [(value: Int, digits: Int)] = []
        var named: Int?
        var half: Bool?
        for word in text.split(whereSeparator: { !($0.isNumber || $0.isLetter) }) {
            if let value = Int(word) {
                numbers.append((value, word.count))
            } else if let month = Self.month(word) {
                named = numbers.count
                numbers.append((month, 0))
            } else if ["am", "pm"].contains(word.lowercased()) {
                half = word.lowercased() == "pm"
            } else if numbers.isEmpty {
                continue
            }
        }
        guard (5...6).contains(numbers.count), numbers[3].value < 25, numbers[4].value < 60 else { return nil }
        parts = numbers[..<3].map(\.value)
        namedMonth = named.flatMap { $0 < 3 ? $0 : nil }
        hour = half.map { numbers[3].value % 12 + ($0 ? 12 : 0) } ?? numbers[3].value
        minute = numbers[4].value
    }

    /// Nil where the order cannot be this date's.
    func moment(_ order: Order) -> Timestamp? {
        let (year, month, day): (Int, Int, Int) =
            switch (order, namedMonth) {
            case (.yearFirst, _): (parts[0], parts[1], parts[2])
            case (_, 0?): (parts[2], parts[0], parts[1])
            case (_, 1?): (parts[2], parts[1], parts[0])
            case (.dayFirst, _): (parts[2], parts[1], parts[0])
            case (.monthFirst, _): (parts[2], parts[0], parts[1])
            }
        guard (order == .yearFirst) == (parts[0] > 31) else { return nil }
        return ExportedTime.moment(year: year < 100 ? 2_000 + year : year, month: month, day: day, hour: hour, minute: minute)
    }

    private static func month(_ word: Substring) -> Int? {
        guard word.count >= 3 else { return nil }
        let start = word.prefix(3).lowercased()
        return ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"].firstIndex(of: start).map { $0 + 1 }
    }
}

/// Finds out in which order a file writes its dates, from the dates: a month is at most 12, and a conversation goes one way in time.
enum DateOrder {
    /// - Returns: the order in which the fewest dates are impossible, then the fewest run backwards; nil when there is no date.
    static func of(_ dates: [LocalDate]) -> LocalDate.Order? {
        guard !dates.isEmpty else { return nil }
        return LocalDate.Order.allCases.min { cost($0, dates) < cost($1, dates) }
    }

    private static func cost(_ order: LocalDate.Order, _ dates: [LocalDate]) -> Int {
        let moments = dates.map { $0.moment(order) }
        let known = moments.compactMap { $0 }
        let backwards = zip(known, known.dropFirst()).count { $1 < $0 }
        let forwards = zip(known, known.dropFirst()).count { $0 < $1 }
        return (moments.count - known.count) * dates.count + min(backwards, forwards)
    }
}
