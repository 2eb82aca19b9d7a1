/// One entry of `models:` in troupe.yaml.
struct ModelSettings: Equatable, Sendable, Decodable {
    enum Kind: String, Sendable, Decodable, CaseIterable {
        case image, chat, vision, clone
    }

    /// What users see and pick.
    var name: String
    var kind: Kind
    /// `pocket`, `neural`, … : which adapter of ModelProviders serves it.
    var engine: String
    /// Engine `neural`: the folder with the checkpoint.
    var path: String?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, kind, engine, path
    }
}
