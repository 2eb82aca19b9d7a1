/// A table: on a phone each row becomes a card, its cells named by the heads.
struct Table {
    var heads: [String]
    var rows: [[HTML]]
    /// What is said instead of no rows.
    var otherwise: String

    var html: HTML {
        guard !rows.isEmpty else { return "<p class=\"quiet\">\(otherwise)</p>" }
        let head = heads.map { "<th scope=\"col\">\($0)</th>" as HTML }
        let body = rows.map { row -> HTML in
            "<tr>\(zip(heads, row).map { "<td data-head=\"\($0)\">\($1)</td>" as HTML })</tr>"
        }
        return "<table><thead><tr>\(head)</tr></thead><tbody>\(body)</tbody></table>"
    }
}
