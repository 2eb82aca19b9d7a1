/// A small number, white on dark: what a picture in a grid is called. Digits of 5 × 7 dots, with a dot of ground around them.
struct NumberBadge {
    /// In pixels.
    let width: Int
    let height: Int
    /// Whether a pixel belongs to a digit, row by row; the others are ground.
    let ink: [Bool]

    /// - Parameters:
    ///   - number: from 0.
    ///   - dot: pixels of a dot's side.
    init(_ number: Int, dot: Int) {
        let digits = String(max(0, number)).compactMap { $0.wholeNumberValue }
        let columns = digits.count * 6 + 1
        let dots = (0..<9).flatMap { row in
            (0..<columns).map { column in
                let (digit, inDigit) = column.quotientAndRemainder(dividingBy: 6)
                guard (1...7).contains(row), inDigit > 0 else { return false }
                return Self.shapes[digits[digit]][row - 1] >> (5 - inDigit) & 1 == 1
            }
        }
        (width, height) = (columns * dot, 9 * dot)
        ink = (0..<9 * dot).flatMap { y in (0..<columns * dot).map { x in dots[y / dot * columns + x / dot] } }
    }

    /// Rows of five dots from the top, the left one in the highest of five bits.
    private static let shapes: [[UInt8]] = [
        [0b01110, 0b10001, 0b10011, 0b10101, 0b11001, 0b10001, 0b01110], [0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110],
        [0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111], [0b01110, 0b10001, 0b00001, 0b00110, 0b00001, 0b10001, 0b01110],
        [0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010], [0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110],
        [0b00110, 0b01000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110], [0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b01000, 0b01000],
        [0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110], [0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00010, 0b01100],
    ]
}
