/// A text, or a list of texts: OpenAI's API takes either in several places.
struct OneOrSeveral: Decodable, Sendable {
    var texts: [String]

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        texts = if let text = try? container.decode(String.self) { [text] } else { try container.decode([String].self) }
    }
}
