import Foundation
import Memory

/// Losses drawn in text: what was learnt from as a line of dots, what was held out as diamonds, with the scale at the left and the steps
/// below.
///
///     4.00 ┤◆⢣
///          │  ⠑⢄
///     1.00 ┤   ⠈◆
///          └0        8
///           ⠒ learnt 1.00   ◆ held out 1.50
struct LossPlot {
    /// Characters of the drawing, without the scale.
    var width = 60
    /// Lines of the drawing.
    var height = 8

    private static let margin = 9

    /// - Parameter of: steps at most: the right end.
    /// - Returns: `height` + 2 lines, none wider than `width` + 9; none while there is nothing to draw.
    func lines(_ curve: LossCurve, of steps: Int) -> [String] {
        let losses = (curve.learnt + curve.heldOut).map(\.loss)
        guard let low = losses.min(), let high = losses.max(), width > 0, height > 0 else { return [] }
        var cells = DotGrid(width: width, height: height)
        func column(_ step: Int) -> Int { step * (cells.dotWidth - 1) / max(steps, 1) }
        func row(_ loss: Double) -> Int {
            high > low ? Int(((high - loss) / (high - low) * Double(cells.dotHeight - 1)).rounded()) : cells.dotHeight - 1
        }
        for (from, to) in zip(curve.learnt, curve.learnt.dropFirst()) {
            cells.line(from: (column(from.step), row(from.loss)), to: (column(to.step), row(to.loss)))
        }
        if let only = curve.learnt.first, curve.learnt.count == 1 { cells.dot(column(only.step), row(only.loss)) }
        for look in curve.heldOut { cells.mark("◆", column(look.step), row(look.loss)) }

        let drawn = cells.rows.enumerated().map { index, cells in
            let edge = index == 0 ? Self.number(high) : index == height - 1 ? Self.number(low) : ""
            return Self.padded(edge) + (edge.isEmpty ? "│" : "┤") + cells
        }
        let last = String(steps)
        let axis = Self.padded("") + "└0" + String(repeating: " ", count: max(1, width - 1 - last.count)) + last
        return drawn + [axis, Self.padded("") + " " + Self.legend(curve)]
    }

    /// The course of what was learnt from in one line of a few columns, each the mean of its share.
    static func spark(_ curve: LossCurve, columns: Int = 20) -> String {
        let losses = curve.learnt.map(\.loss)
        let count = min(columns, losses.count)
        let means = (0..<count).map { column in
            let part = losses[(losses.count * column / count)..<(losses.count * (column + 1) / count)]
            return part.reduce(0, +) / Double(part.count)
        }
        guard let low = means.min(), let high = means.max(), high > low else { return String(repeating: "▁", count: count) }
        return String(means.map { Array("▁▂▃▄▅▆▇█")[min(7, Int(8 * ($0 - low) / (high - low)))] })
    }

    private static func legend(_ curve: LossCurve) -> String {
        var parts: [String] = []
        if let learnt = curve.learnt.last { parts.append("⠒ learnt \(number(learnt.loss))") }
        if let heldOut = curve.heldOut.last { parts.append("◆ held out \(number(heldOut.loss))") }
        return parts.joined(separator: "   ")
    }

    private static func number(_ loss: Double) -> String { String(format: loss < 1_000 ? "%.2f" : "%.1e", loss) }

    private static func padded(_ text: String) -> String {
        String(repeating: " ", count: max(0, margin - 2 - text.count)) + text + " "
    }
}

/// A drawing of Braille characters, each two dots wide and four high, and marks that stand over them.
private struct DotGrid {
    let width: Int
    let height: Int
    private var dots: [UInt8]
    private var marks: [Int: Character] = [:]

    var dotWidth: Int { 2 * width }
    var dotHeight: Int { 4 * height }

    init(width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        dots = Array(repeating: 0, count: width * height)
    }

    private func cell(_ x: Int, _ y: Int) -> Int? {
        (0..<dotWidth).contains(x) && (0..<dotHeight).contains(y) ? y / 4 * width + x / 2 : nil
    }

    mutating func dot(_ x: Int, _ y: Int) {
        // Unicode counts the six upper dots down the columns, then the two lowest.
        let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
        if let cell = cell(x, y) { dots[cell] |= bits[y % 4][x % 2] }
    }

    mutating func mark(_ character: Character, _ x: Int, _ y: Int) {
        if let cell = cell(x, y) { marks[cell] = character }
    }

    mutating func line(from: (x: Int, y: Int), to: (x: Int, y: Int)) {
        let length = max(abs(to.x - from.x), abs(to.y - from.y), 1)
        for way in 0...length {
            dot(from.x + (to.x - from.x) * way / length, from.y + (to.y - from.y) * way / length)
        }
    }

    var rows: [String] {
        (0..<height).map { row in
            String(
                (0..<width).map { column in
                    let cell = row * width + column
                    if let mark = marks[cell] { return mark }
                    return dots[cell] == 0 ? " " : Character(Unicode.Scalar(0x2800 + UInt32(dots[cell]))!)
                })
        }
    }
}
