import Inference
import ModelProviders

/// The models that see.
extension ModelShelf {
    /// Requests that a server which sees is given at a time unless told otherwise.
    private static let usualRequestsAtATime = 4

    /// All models that answer about pictures, in the order of the configuration: those of kind vision, and chat models of which the
    /// operator says that they see.
    static func visionModels(_ settings: Settings, chat: TextModelCatalog) throws -> VisionModelCatalog {
        VisionModelCatalog(
            try settings.models.compactMap { entry in
                switch entry.kind {
                case .vision where entry.engine == "pocket": return PocketFlamingo.model(name: entry.name, seeds: seeds)
                case .vision where entry.engine == "neural": return try flamingo(entry)
                case .vision: return ChatVisionModel(try served(entry), requestsAtATime: usualRequestsAtATime)
                case .chat where entry.sees == true:
                    return chat[entry.name].map { ChatVisionModel($0, requestsAtATime: usualRequestsAtATime) }
                default: return nil
                }
            })
    }

    private static func flamingo(_ settings: ModelSettings) throws -> any VisionModel {
        guard let path = settings.path else {
            throw SettingsError(
                key: "models",
                problem: "\"\(settings.name)\" needs a path: the folder that Training/convert/open_flamingo.py has made of its checkpoint")
        }
        return FlamingoVisionModel(
            card: VisionModelCard(
                name: settings.name, summary: settings.summary ?? "A Flamingo, run by Troupe itself", maximumExamples: 32,
                expectedSeconds: 20), folder: path, seeds: seeds)
    }
}
