import Testing

@testable import Console

@Suite struct `A chart of lines` {
    private func chart(_ points: [(Int, Double)], steps: Int = 100) -> String {
        LineChart(
            series: [.init(style: "first", points: points.map { (step: $0.0, value: $0.1) })], steps: steps, label: "<b>'s losses"
        ).html.text
    }

    @Test func `goes from the left to the right, the highest at the top`() {
        let chart = chart([(0, 3), (50, 2), (100, 1)])
        #expect(chart.contains("points=\"4,4 300,60 596,116\""))
        #expect(chart.contains("<title>50: 2.00</title>"))
        #expect(chart.contains("from 3.00 down to 1.00"))
        #expect(chart.contains("&lt;b&gt;&#39;s losses") && !chart.contains("<b>"))
    }

    @Test func `stands in the middle where nothing changes, and is nothing without numbers`() {
        #expect(chart([(0, 2), (100, 2)]).contains("points=\"4,60 596,60\""))
        #expect(chart([]).isEmpty)
        #expect(chart([(7, 1)], steps: 0).contains("points=\"4,60\""))
    }

    @Test func `numbers are said with two digits`() {
        #expect([0, 0.005, 1.999, 12.34, -0.5].map(Words.number) == ["0.00", "0.01", "2.00", "12.34", "-0.50"])
    }
}
