import Pictures
import Testing

@Suite struct `Several pictures as one` {
    @Test(arguments: [(1, 1, 1), (2, 2, 1), (3, 2, 2), (4, 2, 2), (5, 3, 2), (6, 3, 2), (7, 3, 3), (8, 3, 3), (9, 3, 3)])
    func `the grid is nearly square`(count: Int, columns: Int, rows: Int) {
        let layout = GridLayout(count: count, cellWidth: 10, cellHeight: 10, gap: 2)
        #expect(layout.columns == columns && layout.rows == rows)
        #expect(layout.width == columns * 12 - 2 && layout.height == rows * 12 - 2)
        #expect(layout.origins.count == count)
        #expect(Set(layout.origins).count == count)
        for origin in layout.origins {
            #expect(origin.x >= 0 && origin.x + 10 <= layout.width)
            #expect(origin.y >= 0 && origin.y + 10 <= layout.height)
        }
    }

    @Test func `a short last row is centred`() {
        let layout = GridLayout(count: 3, cellWidth: 10, cellHeight: 10, gap: 2)
        #expect(layout.origins.map(\.x) == [0, 12, 6])
        #expect(layout.origins.map(\.y) == [0, 0, 12])
    }

    @Test func `four pictures lie in reading order with a transparent gap`() throws {
        let colours: [[UInt8]] = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [9, 9, 9]]
        let grid = try Picture.grid(colours.map { try plain($0, width: 300, height: 300) }, gap: 4)
        #expect(grid.width == 604 && grid.height == 604)
        #expect(grid[150, 150] == [255, 0, 0, 255])
        #expect(grid[450, 150] == [0, 255, 0, 255])
        #expect(grid[150, 450] == [0, 0, 255, 255])
        #expect(grid[450, 450] == [9, 9, 9, 255])
        #expect(grid[302, 10] == [0, 0, 0, 0])
    }

    @Test func `small pictures are enlarged and large ones made to fit`() throws {
        let small = try Picture.grid((0..<4).map { _ in try plain([1, 2, 3], width: 128, height: 128) })
        #expect(small.width == 516 && small.height == 516)
        let large = try Picture.grid((0..<9).map { _ in try plain([1, 2, 3], width: 320, height: 240) }, maximumSide: 500)
        #expect(large.width <= 500 && large.height <= 500)
    }

    @Test func `one picture of good size stays as it is`() throws {
        let one = try gradient(width: 400, height: 300)
        #expect(try Picture.grid([one]) == one)
    }

    @Test func `pictures of different shapes are centred in their cells`() throws {
        let grid = try Picture.grid([try plain([255, 0, 0], width: 400, height: 400), try plain([0, 0, 255], width: 400, height: 200)])
        #expect(grid.width == 804 && grid.height == 400)
        #expect(grid[600, 200] == [0, 0, 255, 255])
        #expect(grid[600, 20] == [0, 0, 0, 0])
    }

    @Test func `no pictures are no grid`() {
        #expect(throws: PictureError.self) { try Picture.grid([]) }
    }

    @Test func `numbers stand in a corner of each cell, to be read on light and on dark`() throws {
        let sides = 220
        let pictures = try [UInt8(0), 255, 120, 255].map { try plain([$0, $0, $0], width: sides, height: sides) }
        let bare = try Picture.grid(pictures)
        let numbered = try Picture.grid(pictures, isNumbered: true)
        #expect(bare.width == numbered.width && bare.height == numbered.height)
        var changed: Set<Int> = []
        for y in 0..<bare.height {
            for x in 0..<bare.width where bare[x, y] != numbered[x, y] {
                let (column, row) = (x / (bare.width / 2), y / (bare.height / 2))
                changed.insert(row * 2 + column)
                let (left, bottom) = (x % (bare.width / 2 + 1), bare.height / 2 - y % (bare.height / 2 + 1))
                #expect(left < 60 && bottom < 60, "\(x), \(y) is not in a corner")
            }
        }
        #expect(changed == [0, 1, 2, 3])
        let white = (0..<60).flatMap { x in ((bare.height - 60)..<bare.height).map { numbered[x, $0] } }.count {
            $0.prefix(3) == [255, 255, 255]
        }
        // A three has fourteen dots, here of two pixels a side.
        #expect(white == 14 * 2 * 2)
    }

    @Test func `a number may have two digits, and be larger than its cell`() throws {
        let small = try plain([9, 9, 9], width: 4, height: 4)
        _ = try Picture.grid(Array(repeating: small, count: 16), minimumCellSide: 1, isNumbered: true)
        let large = try Picture.grid(Array(repeating: small, count: 16), minimumCellSide: 128, isNumbered: true)
        #expect(large.width == 4 * 128 + 3 * 4)
    }
}
