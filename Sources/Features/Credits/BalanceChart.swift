import Credits
import Pictures
import Support

/// A balance over time as a picture: a stepped line, since credits come and go in whole moments. Pure.
struct BalanceChart: Sendable {
    struct Point: Sendable, Hashable {
        let at: Timestamp
        /// After the movement.
        let balance: Int64
    }

    /// Oldest first, at least one.
    let points: [Point]
    let now: Timestamp

    static let width = 640
    static let height = 240
    /// Everything is drawn so many times larger and then averaged, so that edges are smooth.
    private static let scale = 2
    private static let (left, right, top, bottom) = (52, 16, 16, 28)

    /// The top of the scale: 1, 2 or 5 with zeros.
    var ceiling: Int64 {
        let largest = max(1, points.map(\.balance).max() ?? 1)
        var step: Int64 = 1
        while true {
            for factor in [1, 2, 5] as [Int64] where step * factor >= largest { return step * factor }
            step *= 10
        }
    }

    func picture() throws(PictureError) -> Picture {
        let scale = Self.scale
        var canvas = Canvas(width: Self.width * scale, height: Self.height * scale, colour: .background)
        let plot = (
            x: Self.left * scale, y: Self.top * scale, width: (Self.width - Self.left - Self.right) * scale,
            height: (Self.height - Self.top - Self.bottom) * scale
        )
        let ceiling = ceiling
        func y(_ balance: Int64) -> Int {
            plot.y + plot.height - Int((Double(max(0, balance)) / Double(ceiling) * Double(plot.height)).rounded())
        }

        for value in ceiling % 2 == 0 ? [0, ceiling / 2, ceiling] : [0, ceiling] {
            canvas.fill(x: plot.x..<plot.x + plot.width, y: y(value)..<y(value) + scale, .grid)
            let label = Self.label(value)
            canvas.write(label, x: plot.x - 8 * scale - Canvas.width(of: label, scale: scale), y: y(value) - 3 * scale, scale: scale)
        }
        drawLine(&canvas, x: plot.x, width: plot.width, y: y)
        let labels = (first: CreditPeriod.daily.key(at: points.first?.at ?? now), last: CreditPeriod.daily.key(at: now))
        let below = plot.y + plot.height + 10 * scale
        canvas.write(labels.first, x: plot.x, y: below, scale: scale)
        if labels.last != labels.first {
            canvas.write(labels.last, x: plot.x + plot.width - Canvas.width(of: labels.last, scale: scale), y: below, scale: scale)
        }
        return try canvas.shrunk(by: scale)
    }

    private func drawLine(_ canvas: inout Canvas, x: Int, width: Int, y: (Int64) -> Int) {
        guard let first = points.first else { return }
        let start = first.at.millisecondsSinceEpoch
        let span = max(1, now.millisecondsSinceEpoch - start)
        let (thickness, base) = (3 * Self.scale / 2, y(0))
        var (next, balance) = (0, first.balance)
        var before = y(balance)
        for column in 0..<width {
            let moment = start + Int64(Double(span) * Double(column + 1) / Double(width))
            // Of many movements in one column, all are drawn from the lowest to the highest.
            var (low, high) = (before, before)
            while next < points.count, points[next].at.millisecondsSinceEpoch <= moment {
                balance = points[next].balance
                (low, high) = (min(low, y(balance)), max(high, y(balance)))
                next += 1
            }
            before = y(balance)
            canvas.fill(x: x + column..<x + column + 1, y: before..<max(before, base), .area)
            canvas.fill(x: x + column..<x + column + 1, y: low - thickness..<high + thickness, .line)
        }
    }

    /// `900`, `50k`, `2M`: exact, since the scale has round ends.
    static func label(_ value: Int64) -> String {
        for (unit, name) in [(1_000_000_000_000, "T"), (1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")] as [(Int64, String)]
        where value >= unit && value % unit == 0 {
            return "\(value / unit)\(name)"
        }
        return String(value)
    }
}

/// RGB pixels to draw rectangles and small letters on.
private struct Canvas {
    struct Colour {
        let red, green, blue: UInt8
        static let background = Colour(red: 0x2B, green: 0x2D, blue: 0x31)
        static let grid = Colour(red: 0x45, green: 0x48, blue: 0x50)
        static let label = Colour(red: 0xB5, green: 0xBA, blue: 0xC1)
        static let line = Colour(red: 0xF5, green: 0xB8, blue: 0x3D)
        static let area = Colour(red: 0x53, green: 0x49, blue: 0x34)
    }

    let width: Int
    let height: Int
    private var pixels: [UInt8]

    init(width: Int, height: Int, colour: Colour) {
        (self.width, self.height) = (width, height)
        pixels = [UInt8](repeating: 0, count: width * height * 3)
        fill(x: 0..<width, y: 0..<height, colour)
    }

    /// What lies outside is not drawn.
    mutating func fill(x: Range<Int>, y: Range<Int>, _ colour: Colour) {
        let (columns, rows) = (x.clamped(to: 0..<width), y.clamped(to: 0..<height))
        for row in rows {
            for column in columns {
                let place = (row * width + column) * 3
                (pixels[place], pixels[place + 1], pixels[place + 2]) = (colour.red, colour.green, colour.blue)
            }
        }
    }

    // MARK: Letters

    static func width(of text: String, scale: Int) -> Int { max(0, text.count * 6 - 1) * scale }

    mutating func write(_ text: String, x: Int, y: Int, scale: Int) {
        for (place, letter) in text.enumerated() {
            for (row, bits) in (Self.letters[letter] ?? []).enumerated() {
                for column in 0..<5 where bits >> UInt8(4 - column) & 1 == 1 {
                    let (left, top) = (x + (place * 6 + column) * scale, y + row * scale)
                    fill(x: left..<left + scale, y: top..<top + scale, .label)
                }
            }
        }
    }

    /// Five columns, seven rows, the leftmost column in the highest bit.
    private static let letters: [Character: [UInt8]] = [
        "0": [0b01110, 0b10001, 0b10011, 0b10101, 0b11001, 0b10001, 0b01110],
        "1": [0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110],
        "2": [0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111],
        "3": [0b01110, 0b10001, 0b00001, 0b00110, 0b00001, 0b10001, 0b01110],
        "4": [0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010],
        "5": [0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110],
        "6": [0b00110, 0b01000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110],
        "7": [0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b01000, 0b01000],
        "8": [0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110],
        "9": [0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00010, 0b01100],
        "-": [0b00000, 0b00000, 0b00000, 0b01110, 0b00000, 0b00000, 0b00000],
        "k": [0b10000, 0b10000, 0b10010, 0b10100, 0b11000, 0b10100, 0b10010],
        "M": [0b10001, 0b11011, 0b10101, 0b10101, 0b10001, 0b10001, 0b10001],
        "G": [0b01110, 0b10001, 0b10000, 0b10111, 0b10001, 0b10001, 0b01110],
        "T": [0b11111, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100],
    ]

    /// Each square of pixels becomes one, its mean.
    func shrunk(by factor: Int) throws(PictureError) -> Picture {
        let (columns, rows) = (width / factor, height / factor)
        var small = [UInt8](repeating: 0, count: columns * rows * 3)
        for row in 0..<rows {
            for column in 0..<columns {
                for channel in 0..<3 {
                    var sum = 0
                    for y in 0..<factor {
                        for x in 0..<factor { sum += Int(pixels[((row * factor + y) * width + column * factor + x) * 3 + channel]) }
                    }
                    small[(row * columns + column) * 3 + channel] = UInt8(sum / (factor * factor))
                }
            }
        }
        return try Picture(width: columns, height: rows, pixels: small)
    }
}
