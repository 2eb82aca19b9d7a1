// Several pictures as one, with transparent gaps.
extension Picture {
    /// Lays pictures out in reading order. Pictures of other sizes than the largest are fitted into their cell and centred.
    ///
    /// - Parameters:
    ///   - gap: transparent pixels between pictures.
    ///   - minimumCellSide: smaller pictures are enlarged, so that a grid of small ones is not a stamp.
    ///   - maximumSide: the whole grid is no wider and no higher.
    ///   - isNumbered: the pictures get their numbers, from 1, in a corner.
    /// - Returns: the picture itself where there is only one and it has a fitting size.
    public static func grid(
        _ pictures: [Picture], gap: Int = 4, minimumCellSide: Int = 256, maximumSide: Int = 2_048, isNumbered: Bool = false
    ) throws(PictureError) -> Picture {
        guard (1...16).contains(pictures.count) else {
            throw PictureError(.invalidPixels, "a grid takes 1 to 16 pictures, not \(pictures.count)")
        }
        var cellWidth = pictures.map(\.width).max() ?? 1, cellHeight = pictures.map(\.height).max() ?? 1
        func scaleCell(by factor: Double) {
            cellWidth = max(1, Int((Double(cellWidth) * factor).rounded(.down)))
            cellHeight = max(1, Int((Double(cellHeight) * factor).rounded(.down)))
        }
        let longest = max(cellWidth, cellHeight)
        if longest < minimumCellSide { scaleCell(by: Double(minimumCellSide) / Double(longest)) }
        let columns = GridLayout(count: pictures.count, cellWidth: 1, cellHeight: 1, gap: 0).columns
        let room = (maximumSide - (columns - 1) * gap) / columns
        guard room >= 1 else { throw PictureError(.invalidPixels, "\(pictures.count) pictures do not fit into \(maximumSide) pixels") }
        if max(cellWidth, cellHeight) > room { scaleCell(by: Double(room) / Double(max(cellWidth, cellHeight))) }

        let layout = GridLayout(count: pictures.count, cellWidth: cellWidth, cellHeight: cellHeight, gap: gap)
        if pictures.count == 1, !isNumbered, pictures[0].width == cellWidth, pictures[0].height == cellHeight { return pictures[0] }
        let hasGaps = pictures.count > 1
        let needsAlpha = hasGaps || pictures.contains { $0.channels == .rgba }
        var canvas = Canvas(width: layout.width, height: layout.height, channels: needsAlpha ? .rgba : .rgb)
        let dot = max(1, min(cellWidth, cellHeight) / 110)
        for (index, (picture, origin)) in zip(pictures, layout.origins).enumerated() {
            let fitted = try picture.fitted(width: cellWidth, height: cellHeight)
            canvas.draw(fitted, x: origin.x + (cellWidth - fitted.width) / 2, y: origin.y + (cellHeight - fitted.height) / 2)
            if isNumbered {
                let badge = NumberBadge(index + 1, dot: dot)
                canvas.draw(badge, x: origin.x + 2 * dot, y: origin.y + cellHeight - badge.height - 2 * dot)
            }
        }
        return try Picture(width: canvas.width, height: canvas.height, channels: canvas.channels, pixels: canvas.pixels)
    }
}

/// Pixels being put together; starts transparent.
private struct Canvas {
    let width: Int
    let height: Int
    let channels: Picture.Channels
    var pixels: [UInt8]

    init(width: Int, height: Int, channels: Picture.Channels) {
        self.width = width
        self.height = height
        self.channels = channels
        pixels = [UInt8](repeating: 0, count: width * height * channels.rawValue)
    }

    /// Darkens the ground so that the digits are read on any picture. What lies outside is left out.
    mutating func draw(_ badge: NumberBadge, x: Int, y: Int) {
        for row in max(0, -y)..<badge.height where y + row < height {
            for column in 0..<badge.width where x + column < width {
                let at = ((y + row) * width + x + column) * channels.rawValue
                let isInk = badge.ink[row * badge.width + column]
                for channel in 0..<3 { pixels[at + channel] = isInk ? 255 : pixels[at + channel] / 4 }
                if channels == .rgba { pixels[at + 3] = 255 }
            }
        }
    }

    /// Copies a picture that lies wholly inside.
    mutating func draw(_ picture: Picture, x: Int, y: Int) {
        let (from, to, stride) = (picture.channels.rawValue, channels.rawValue, width)
        pixels.withUnsafeMutableBufferPointer { target in
            picture.pixels.withUnsafeBufferPointer { source in
                for row in 0..<picture.height {
                    var read = row * picture.width * from
                    var write = ((y + row) * stride + x) * to
                    for _ in 0..<picture.width {
                        target[write] = source[read]
                        target[write + 1] = source[read + 1]
                        target[write + 2] = source[read + 2]
                        if to == 4 { target[write + 3] = from == 4 ? source[read + 3] : 255 }
                        read += from
                        write += to
                    }
                }
            }
        }
    }
}
