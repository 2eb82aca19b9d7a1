/// In saved states a JSON value is its own text: members keep their order, and numbers stay what they were.
extension JSON: Codable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do { self = try JSONReader.read(try container.decode(String.self).utf8) } catch let mistake as JSONReader.Mistake {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: mistake.description)
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
