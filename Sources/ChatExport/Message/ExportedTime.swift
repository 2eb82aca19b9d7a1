import Support

/// Reads the times of exports: `2023-03-11T14:58:47.642-08:00`, with or without fraction and offset, and `2023-03-11 14:58:47`.
enum ExportedTime {
    /// - Returns: nil for what is no such time. Without an offset it counts as UTC.
    static func parse(_ text: String) -> Timestamp? {
        var reader = Digits(Array(text.utf8)[...])
        guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2), reader.skip("-"), let day = reader.number(2),
            reader.skip("T") || reader.skip(" "), let hour = reader.number(2), reader.skip(":"), let minute = reader.number(2)
        else { return nil }
        let second = reader.skip(":") ? reader.number(2) ?? 0 : 0
        let fraction = reader.skip(".") ? reader.milliseconds() : 0
        var offset = 0
        if let sign = reader.sign() {
            guard let hours = reader.number(2) else { return nil }
            _ = reader.skip(":")
            offset = sign * (hours * 60 + (reader.number(2) ?? 0))
        }
        return moment(year: year, month: month, day: day, hour: hour, minute: minute - offset, second: second, millisecond: fraction)
    }

    /// - Parameter minute: may lie outside the hour.
    static func moment(
        year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int = 0, millisecond: Int = 0
    ) -> Timestamp? {
        guard (1970...9_999).contains(year), (1...12).contains(month), (1...31).contains(day), (0...24).contains(hour), second <= 60 else {
            return nil
        }
        // Days from civil, after Howard Hinnant: years begin in March.
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second
        return Timestamp(millisecondsSinceEpoch: Int64(seconds) * 1_000 + Int64(millisecond))
    }
}

/// Reads digits and signs from the front.
private struct Digits {
    var bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    mutating func number(_ count: Int) -> Int? {
        guard bytes.count >= count else { return nil }
        var value = 0
        for byte in bytes.prefix(count) {
            guard (48...57).contains(byte) else { return nil }
            value = value * 10 + Int(byte - 48)
        }
        bytes = bytes.dropFirst(count)
        return value
    }

    mutating func skip(_ character: Character) -> Bool {
        guard bytes.first == character.asciiValue else { return false }
        bytes = bytes.dropFirst()
        return true
    }

    mutating func sign() -> Int? {
        if skip("+") { return 1 }
        return skip("-") ? -1 : nil
    }

    /// What stands after the point, to the millisecond.
    mutating func milliseconds() -> Int {
        var value = 0
        var scale = 100
        while let byte = bytes.first, (48...57).contains(byte) {
            value += Int(byte - 48) * scale
            scale /= 10
            bytes = bytes.dropFirst()
        }
        return value
    }
}
