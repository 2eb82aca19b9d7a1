/// Series of numbers over the same steps, drawn as SVG: each a line with a class of its own for the style sheet.
struct LineChart {
    struct Series {
        /// `first` or `second`, as the style sheet knows it.
        var style: String
        var points: [(step: Int, value: Double)]
    }

    var series: [Series]
    /// The right end.
    var steps: Int
    /// What it shows, for people who do not see it.
    var label: String

    private static let size = (width: 600, height: 120)
    /// Room around the lines, so that no end is cut.
    private static let edge = 4

    var html: HTML {
        let values = series.flatMap { $0.points.map(\.value) }
        guard let low = values.min(), let high = values.max() else { return .nothing }
        let lines = series.map { series -> HTML in
            let places = series.points.map { place($0.step, high > low ? (high - $0.value) / (high - low) : 0.5) }
            let dots = places.enumerated().map { index, place -> HTML in
                let (step, value) = series.points[index]
                return "<circle cx=\"\(place.x)\" cy=\"\(place.y)\" r=\"3\"><title>\(step): \(Words.number(value))</title></circle>"
            }
            let line = places.map { "\($0.x),\($0.y)" }.joined(separator: " ")
            return "<g class=\"\(series.style)\"><polyline points=\"\(line)\"/>\(dots)</g>"
        }
        return """
            <figure class="lines"><svg viewBox="0 0 \(Self.size.width) \(Self.size.height)" role="img" aria-label="\(label)">\
            \(lines)</svg><figcaption>\(label); from \(Words.number(high)) down to \(Words.number(low))</figcaption></figure>
            """
    }

    /// - Parameter depth: 0 at the top, 1 at the bottom.
    private func place(_ step: Int, _ depth: Double) -> (x: Int, y: Int) {
        let (width, height) = (Self.size.width - 2 * Self.edge, Self.size.height - 2 * Self.edge)
        return (Self.edge + min(step, steps) * width / max(steps, 1), Self.edge + Int((depth * Double(height)).rounded()))
    }
}
