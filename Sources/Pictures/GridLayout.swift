/// Where each of a few equal cells goes in one near-square picture. Pure arithmetic.
///
/// As many columns as rows, or one more; a short last row is centred: 3 is two above one, 4 is 2×2, 5 is three above two.
public struct GridLayout: Sendable, Hashable {
    public let columns: Int
    public let rows: Int
    public let width: Int
    public let height: Int
    /// The top left corner of each cell, in reading order.
    public let origins: [Origin]

    public struct Origin: Sendable, Hashable {
        public let x: Int
        public let y: Int
    }

    /// - Parameters:
    ///   - count: cells, from 1.
    ///   - gap: pixels between cells; none around the outside.
    public init(count: Int, cellWidth: Int, cellHeight: Int, gap: Int) {
        let count = max(1, count)
        var columns = 1
        while columns * columns < count { columns += 1 }
        let rows = (count + columns - 1) / columns
        self.columns = columns
        self.rows = rows
        width = columns * cellWidth + (columns - 1) * gap
        height = rows * cellHeight + (rows - 1) * gap
        origins = (0..<count).map { index in
            let (row, column) = index.quotientAndRemainder(dividingBy: columns)
            let inRow = row == rows - 1 ? count - row * columns : columns
            let indent = (columns - inRow) * (cellWidth + gap) / 2
            return Origin(x: indent + column * (cellWidth + gap), y: row * (cellHeight + gap))
        }
    }
}
