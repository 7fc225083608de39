import Testing

@testable import Reports

/// How intervals are drawn: as bands where none lies on another, else as whiskers.
@Suite struct ChartTests {
    typealias Ends = (Double, Double)

    private static func chart(_ intervals: [[Ends?]]) -> String {
        let series = intervals.enumerated().map { index, ends in
            Chart.Series(
                name: "line \(index)", points: ends.enumerated().map { (x: Double($0), y: 0.5, interval: $1) })
        }
        let axis = Chart.Axis("share", 0...1)
        return Chart.lines(title: "t", x: Chart.Axis("k", 0...3), y: axis, series: series).text
    }

    @Test(
        arguments: [
            ([[(0.4, 0.6), (0.4, 0.6)]], true), ([[(0, 0.2), (0, 0.2)], [(0.3, 0.4), (0.3, 0.4)]], true),
            // Ends that touch lie beside each other.
            ([[(0, 0.2), (0, 0.2)], [(0.2, 0.4), (0.2, 0.4)]], true),
            ([[(0.2, 0.4), (0.2, 0.4)], [(0, 0.2), (0, 0.2)]], true),
            ([[(0, 0.2), (0, 0.2)], [(0.3, 0.4), (0.1, 0.4)]], false),
            ([[(0.3, 0.4), (0.1, 0.4)], [(0, 0.2), (0, 0.2)]], false),
            // Where one has no interval, or no point, nothing is covered.
            ([[nil, (0, 0.2), (0, 0.2)], [(0.3, 0.4), (0.3, 0.4)]], true),
            ([[(0, 0.2), (0, 0.2), (0, 0.2)], [(0.3, 0.4), nil, (0.3, 0.4)]], true),
            ([[(0, 0.1), (0, 0.1)], [(0.3, 0.4), (0.3, 0.4)], [(0.6, 0.7), (0.6, 0.7)]], false),
        ] as [([[Ends?]], Bool)])
    func bandsAreWhereNothingIsCovered(_ intervals: [[Ends?]], _ areBands: Bool) {
        let text = Self.chart(intervals)
        let count = intervals.count
        #expect(text.matches(of: /class="band"/).count == (areBands ? count : 0))
        let ends = intervals.joined().count { $0 != nil }
        #expect(text.matches(of: /class="whisker"/).count == (areBands ? 0 : ends))
    }
}
