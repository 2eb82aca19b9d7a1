import Foundation
import Inference
import ModelProviders
import Support

/// The models that paint on servers.
extension ModelShelf {
    /// How long a request waits for servers that are all away before it goes back to the queue.
    private static let patience = Duration.seconds(60)
    /// Where OpenAI's older models leave their pictures.
    private static let openAIDownloads = "oaidalleapiprodscus.blob.core.windows.net"

    static func served(_ settings: ModelSettings, by engine: PictureEngine) throws -> any ImageModel {
        let clients = try clients(settings, usually: engine.usualAddress) { engine == .webUI ? .basic($0) : .bearer($0) }
        let (servers, abilities, needsPicture) = try servers(settings, by: engine, clients)
        var card = ImageModelCard(
            name: settings.name, summary: settings.summary ?? "\(settings.model ?? settings.name) on \(engine.product)",
            maximumCount: settings.pictures.maximumCount ?? 9, expectedSecondsPerImage: settings.pictures.secondsPerPicture ?? 10,
            abilities: abilities)
        if let sizes = settings.pictures.sizes { card.abilities.sizes = sizes }
        let usualSize = card.abilities.sizes.first ?? ImageSize(width: 512, height: 512)
        let pool = ServerPool(
            servers, model: settings.name,
            configuration: .init(
                secondsPerPicture: card.expectedSecondsPerImage, patience: patience, usualPixels: usualSize.width * usualSize.height),
            clock: SystemClock(), jitter: { .random(in: 0...1) })
        card.requestsAtATime = pool.requestsAtATime
        return ServedImageModel(card: card, pool: pool, needsPicture: needsPicture)
    }

    private static func servers(
        _ settings: ModelSettings, by engine: PictureEngine, _ clients: [ServerClient]
    ) throws -> ([any ImageServer], ImageModelCard.Abilities, needsPicture: Bool) {
        let parameters = settings.pictures.parameters
        switch engine {
        case .dallePlayground:
            return (clients.map { DallePlaygroundServer(client: $0) }, DallePlaygroundServer.abilities, false)
        case .openAI:
            guard let model = settings.model else {
                throw problem(settings, "needs a model: the server's own name for it, as gpt-image-1.5")
            }
            let servers = clients.map {
                OpenAIImageServer(
                    client: $0, model: model, parameters: parameters,
                    downloadHosts: Set(settings.pictures.downloadHosts + [openAIDownloads]),
                    lanes: settings.pictures.requestsAtATime ?? 4)
            }
            return (servers, OpenAIImageServer.abilities(model: model), false)
        case .webUI:
            return (
                clients.map { WebUIServer(client: $0, checkpoint: settings.model, parameters: parameters) }, WebUIServer.abilities, false
            )
        case .comfyUI:
            let workflow = try workflow(settings)
            return (
                clients.map { ComfyServer(client: $0, workflow: workflow, randomness: { .random(in: .min ... .max) }) }, workflow.abilities,
                workflow.needsPicture
            )
        }
    }

    private static func workflow(_ settings: ModelSettings) throws -> ComfyWorkflow {
        guard let file = settings.pictures.workflow ?? settings.path else {
            throw problem(settings, "needs a workflow: a file that ComfyUI wrote with File, Export (API)")
        }
        guard let data = try? Data(contentsOf: URL(filePath: file)) else {
            throw problem(settings, "has the workflow \(file), which cannot be read")
        }
        do throws(ComfyWorkflow.Problem) { return try ComfyWorkflow([UInt8](data)) } catch {
            throw problem(settings, "has the workflow \(file), which cannot be used: \(error)")
        }
    }

    private static func problem(_ settings: ModelSettings, _ words: String) -> SettingsError {
        SettingsError(key: "models", problem: "\"\(settings.name)\" \(words)")
    }
}
