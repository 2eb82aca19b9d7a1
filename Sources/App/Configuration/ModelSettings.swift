import Inference
import ModelProviders
import Neural
import Support

/// One entry of `models:` in troupe.yaml.
struct ModelSettings: Equatable, Sendable {
    enum Kind: String, Sendable, Decodable, CaseIterable {
        case image, chat, vision, clone
    }

    /// What users see and pick.
    var name: String
    var kind: Kind
    /// `pocket`, `neural`, `openai`, … : which adapter of ModelProviders serves it.
    var engine: String
    /// One line for the picker.
    var summary: String?
    /// Engine `neural`: the folder or file with the checkpoint. Other engines may read a file of theirs from it.
    var path: String?
    /// Image, engine `neural`: how the decoder's weights are kept.
    var precision = WeightPrecision.stored
    /// Where its servers are; several serve the same model.
    var urls: [ServerAddress] = []
    /// The server's own name for it.
    var model: String?
    /// What the server wants to be shown: a key, or `name:password`.
    var key: Secret?
    /// Credits a picture, or a thousand tokens.
    var price: Int?
    /// Chat: prompt and answer together fit into so many tokens.
    var contextTokens: Int?
    /// Chat: whether it sees pictures; not given, the server is asked.
    var sees: Bool?
    /// Chat: what it writes with unless asked otherwise.
    var options = TextOptions()
    /// Image: what its servers are told, and how much of them is used.
    var pictures = PictureSettings()
    /// When it was added at the console; nil for what stands in troupe.yaml.
    var addedAt: Timestamp?
}

extension ModelSettings: Decodable {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, kind, engine, summary, path, precision, url, model, key, price, contextTokens, sees, options
        case workflow, sizes, maximumCount, secondsPerPicture, requestsAtATime, downloadHosts, parameters
    }

    /// The keys below `options:`.
    enum OptionKeys: String, CodingKey, CaseIterable {
        case maxTokens, temperature, topP, topK, minP, repetitionPenalty, stop, seed
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        kind = try container.decode(Kind.self, forKey: .kind)
        engine = try container.decode(String.self, forKey: .engine)
        summary = try container.decodeIfPresent(String.self, forKey: .summary)
        path = try container.decodeIfPresent(String.self, forKey: .path)
        urls = try container.strings(forKey: .url).map { (text) throws -> ServerAddress in
            do throws(ServerAddress.Problem) { return try ServerAddress(text) } catch { throw container.problem(.url, error.description) }
        }
        if let word = try container.decodeIfPresent(String.self, forKey: .precision) {
            guard let known = WeightPrecision(rawValue: word) else {
                throw container.problem(.precision, "it must be \(WeightPrecision.allCases.map(\.rawValue).joined(separator: " or "))")
            }
            guard kind == .image, engine == "neural" else {
                throw container.problem(.precision, "only a model of kind image with engine neural has it")
            }
            precision = known
        }
        model = try container.decodeIfPresent(String.self, forKey: .model)
        key = try container.decodeIfPresent(String.self, forKey: .key).map { Secret($0) }.flatMap { $0.isEmpty ? nil : $0 }
        price = try container.number(forKey: .price, in: 0...1_000_000)
        contextTokens = try container.number(forKey: .contextTokens, in: 128...100_000_000)
        sees = try container.decodeIfPresent(Bool.self, forKey: .sees)
        pictures = try PictureSettings(container)
        if container.contains(.options) {
            options = try Self.options(container.nestedContainer(keyedBy: OptionKeys.self, forKey: .options))
        }
    }

    private static func options(_ container: KeyedDecodingContainer<OptionKeys>) throws -> TextOptions {
        TextOptions(
            maxTokens: try container.number(forKey: .maxTokens, in: 1...10_000_000),
            temperature: try container.number(forKey: .temperature, in: 0...5), topP: try container.number(forKey: .topP, in: 0...1),
            topK: try container.number(forKey: .topK, in: 0...1_000_000), minP: try container.number(forKey: .minP, in: 0...1),
            repetitionPenalty: try container.number(forKey: .repetitionPenalty, in: 0.1...10),
            stop: try container.strings(forKey: .stop), seed: try container.decodeIfPresent(UInt64.self, forKey: .seed))
    }
}

extension KeyedDecodingContainer {
    /// One text or a list of them.
    func strings(forKey key: Key) throws -> [String] {
        guard contains(key) else { return [] }
        if let one = try? decode(String.self, forKey: key) { return [one] }
        return try decode([String].self, forKey: key)
    }

    /// A number within bounds.
    func number<Number: Decodable & Comparable>(forKey key: Key, in range: ClosedRange<Number>) throws -> Number? {
        guard let number = try decodeIfPresent(Number.self, forKey: key) else { return nil }
        guard range.contains(number) else { throw problem(key, "it must be \(range.lowerBound) to \(range.upperBound)") }
        return number
    }

    /// An error in our own words, which may be shown.
    func problem(_ key: Key, _ words: String) -> DecodingError {
        .dataCorrupted(.init(codingPath: codingPath + [key], debugDescription: words, underlyingError: ModelSettings.Problem()))
    }
}

extension ModelSettings {
    /// Marks a decoding error whose words are ours and may be shown.
    struct Problem: Error {}
}
