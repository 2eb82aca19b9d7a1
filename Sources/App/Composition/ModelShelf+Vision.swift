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
                case .vision: return ChatVisionModel(try served(entry), requestsAtATime: usualRequestsAtATime)
                case .chat where entry.sees == true:
                    return chat[entry.name].map { ChatVisionModel($0, requestsAtATime: usualRequestsAtATime) }
                default: return nil
                }
            })
    }
}
