/// A small chart of counts, drawn as SVG: one bar for each, the newest at the right.
struct BarChart {
    var counts: [Int]
    /// What it shows, for people who do not see it.
    var label: String

    private static let height = 60

    var html: HTML {
        let highest = max(counts.max() ?? 0, 1)
        let bars = counts.enumerated().map { index, count -> HTML in
            let height = count == 0 ? 1 : max(2, count * Self.height / highest)
            return """
                <rect x="\(index * 10)" y="\(Self.height - height)" width="8" height="\(height)"><title>\(count)</title></rect>
                """
        }
        return """
            <figure><svg viewBox="0 0 \(counts.count * 10) \(Self.height)" role="img" aria-label="\(label)" preserveAspectRatio="none">\
            \(bars)</svg><figcaption>\(label); highest \(counts.max() ?? 0)</figcaption></figure>
            """
    }
}
