import Inference
import ModelProviders
import Support

/// What an entry of `models:` says of a model that paints on servers.
struct PictureSettings: Equatable, Sendable {
    /// Engine `comfyui`: the file with the workflow.
    var workflow: String?
    /// That users may choose from, the usual one first; none given: what the engine knows of the model.
    var sizes: [ImageSize]?
    /// Pictures a request may ask for.
    var maximumCount: Int?
    /// A first guess, until measured.
    var secondsPerPicture: Double?
    /// That one server is given at a time, where it can do several.
    var requestsAtATime: Int?
    /// From where pictures may be fetched, beside the server itself.
    var downloadHosts: [String] = []
    /// Goes into every request, as the server's API names it.
    var parameters: [String: JSONValue] = [:]

    init() {}

    init(_ container: KeyedDecodingContainer<ModelSettings.CodingKeys>) throws {
        workflow = try container.decodeIfPresent(String.self, forKey: .workflow)
        if container.contains(.sizes) {
            sizes = try container.strings(forKey: .sizes).map { text in
                guard let size = ImageSize(text) else { throw container.problem(.sizes, "\(text) is no size; write it as 768x512") }
                return size
            }
        }
        maximumCount = try container.number(forKey: .maximumCount, in: 1...9)
        secondsPerPicture = try container.number(forKey: .secondsPerPicture, in: 0.01...3_600)
        requestsAtATime = try container.number(forKey: .requestsAtATime, in: 1...64)
        downloadHosts = try container.strings(forKey: .downloadHosts)
        parameters = try container.decodeIfPresent([String: JSONValue].self, forKey: .parameters) ?? [:]
    }
}
