import Pictures

/// A small picture of plain shapes, drawn here: what the built-in tasks show. Pure arithmetic.
struct TaskScene: Sendable {
    enum Shape: Sendable { case circle, square, triangle }

    struct Thing: Sendable {
        var shape: Shape
        var colour: [UInt8]
        /// Of its middle, in 0…1 of the side.
        var x: Double
        var y: Double
        /// Half of its width, in 0…1 of the side.
        var radius = 0.13
    }

    static let red: [UInt8] = [205, 52, 44]
    static let green: [UInt8] = [46, 139, 74]
    static let blue: [UInt8] = [48, 92, 190]
    static let yellow: [UInt8] = [240, 190, 48]
    private static let ground: [UInt8] = [238, 236, 230]
    private static let side = 144

    var things: [Thing]

    func picture() throws(PictureError) -> Picture {
        let side = Self.side
        var pixels = Array(repeatElement(Self.ground, count: side * side).joined())
        for thing in things {
            let box = thing.box(side)
            for y in box.rows {
                for x in box.columns {
                    let share = thing.coverage(x, y, side)
                    guard share > 0 else { continue }
                    let start = (y * side + x) * 3
                    for channel in 0..<3 {
                        pixels[start + channel] = UInt8(
                            (Int(thing.colour[channel]) * share + Int(pixels[start + channel]) * (4 - share)) / 4)
                    }
                }
            }
        }
        return try Picture(width: side, height: side, pixels: pixels)
    }
}

extension TaskScene.Thing {
    /// The pixels that it may touch.
    fileprivate func box(_ side: Int) -> (rows: Range<Int>, columns: Range<Int>) {
        func range(_ middle: Double) -> Range<Int> {
            max(0, Int((middle - radius) * Double(side)))..<min(side, Int((middle + radius) * Double(side)) + 1)
        }
        return (range(y), range(x))
    }

    /// How many of four points of a pixel it covers, so that edges are smooth.
    fileprivate func coverage(_ column: Int, _ row: Int, _ side: Int) -> Int {
        var count = 0
        for point in 0..<4 {
            let across = (Double(column) + (point % 2 == 0 ? 0.25 : 0.75)) / Double(side)
            let down = (Double(row) + (point < 2 ? 0.25 : 0.75)) / Double(side)
            if covers(across, down) { count += 1 }
        }
        return count
    }

    private func covers(_ across: Double, _ down: Double) -> Bool {
        let (dx, dy) = (across - x, down - y)
        switch shape {
        case .circle: return dx * dx + dy * dy <= radius * radius
        case .square: return abs(dx) <= radius && abs(dy) <= radius
        case .triangle: return abs(dy) <= radius && abs(dx) <= (dy + radius) / 2
        }
    }
}
