import Pictures

/// The pictures of a task on one sheet, each with its number in a corner. Pure.
enum ContactSheet {
    private static let cell = 192
    /// Digits of 3 × 5 dots, rows from the top, three bits each.
    private static let digits: [[UInt8]] = [
        [7, 5, 5, 5, 7], [2, 6, 2, 2, 7], [7, 1, 7, 4, 7], [7, 1, 7, 1, 7], [5, 5, 7, 1, 1], [7, 4, 7, 1, 7], [7, 4, 7, 5, 7],
        [7, 1, 2, 2, 2], [7, 5, 7, 5, 7], [7, 5, 7, 1, 7],
    ]
    /// Pixels of a dot.
    private static let dot = 4

    /// - Parameter examples: 1 to 16, with their numbers.
    static func picture(_ examples: [(number: Int, picture: Picture)]) throws(PictureError) -> Picture {
        var cells: [Picture] = []
        for example in examples { cells.append(try numbered(try example.picture.fitted(width: cell, height: cell), example.number)) }
        return try Picture.grid(cells, gap: 6, minimumCellSide: cell, maximumSide: 1_024)
    }

    /// The picture with a number in its upper left corner, white on black.
    private static func numbered(_ picture: Picture, _ number: Int) throws(PictureError) -> Picture {
        var pixels = picture.pixels
        let (width, height, channels) = (picture.width, picture.height, picture.channels.rawValue)
        func paint(_ x: Int, _ y: Int, _ across: Int, _ down: Int, _ shade: UInt8) {
            for row in y..<max(y, min(height, y + down)) {
                for column in x..<max(x, min(width, x + across)) {
                    let start = (row * width + column) * channels
                    for channel in 0..<channels { pixels[start + channel] = channel == 3 ? 255 : shade }
                }
            }
        }
        let figures = String(number).compactMap(\.wholeNumberValue)
        paint(0, 0, (figures.count * 4 + 1) * dot, 7 * dot, 0)
        for (place, figure) in figures.enumerated() {
            for (row, bits) in digits[figure].enumerated() {
                for column in 0..<3 where bits & (4 >> UInt8(column)) != 0 {
                    paint((place * 4 + 1 + column) * dot, (row + 1) * dot, dot, dot, 255)
                }
            }
        }
        return try Picture(width: width, height: height, channels: picture.channels, pixels: pixels)
    }
}
