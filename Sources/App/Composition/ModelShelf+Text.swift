import AsyncHTTPClient
import Foundation
import Inference
import ModelProviders
import NIOPosix
import Support

/// The models that write.
extension ModelShelf {
    /// All text models, in the order of the configuration; the first is the default.
    static func textModels(_ settings: Settings) throws -> TextModelCatalog {
        TextModelCatalog(try settings.models.filter { $0.kind == .chat }.map { try textModel($0) })
    }

    /// The text model of the configuration with that name, or without a name the first.
    static func textModel(named name: String?, settings: Settings) throws -> any TextModel {
        let catalog = try textModels(settings)
        guard let first = catalog.models.first else {
            throw CommandFailure("there is no chat model: add one under models: in troupe.yaml, with kind: chat")
        }
        guard let name else { return first }
        if let model = catalog[name] { return model }
        let known = catalog.cards.map(\.name).joined(separator: ", ")
        throw CommandFailure("\(name) is no chat model of the configuration; known models: \(known)")
    }

    static func textModel(_ settings: ModelSettings) throws -> any TextModel {
        switch settings.engine {
        case "pocket": return PocketLlama.model(name: settings.name, defaults: settings.options, seeds: seeds)
        case "neural":
            guard let path = settings.path else {
                throw SettingsError(key: "models", problem: "\"\(settings.name)\" needs a path: the folder of its checkpoint")
            }
            return NeuralTextModel(
                name: settings.name, summary: settings.summary ?? "A model of the LLaMA family, run by Troupe itself", path: path,
                contextTokens: settings.contextTokens, defaults: settings.options, seeds: seeds)
        default: return try served(settings)
        }
    }

    /// The base on which trained clones speak.
    static func adaptedModel(_ settings: Settings) -> any AdaptedModel {
        adaptedModel(base: settings.cloneRules.base)
    }

    /// - Parameter path: the folder of a base.
    static func adaptedModel(base path: String) -> any AdaptedModel {
        NeuralAdaptedModel(name: URL(filePath: path).lastPathComponent, path: path)
    }

    /// Where answers that were asked for without a seed get theirs.
    static let seeds: @Sendable () -> UInt64 = { .random(in: .min ... .max) }

    static func served(_ settings: ModelSettings) throws -> any TextModel {
        guard let engine = ServerTextModel.Engine(rawValue: settings.engine) else {
            let known =
                ((settings.kind == .clone ? [] : ["pocket", "neural"]) + ServerTextModel.Engine.allCases.map(\.rawValue)).joined(
                    separator: ", ")
            throw SettingsError(
                key: "models",
                problem:
                    "\"\(settings.name)\" has the unknown engine \"\(settings.engine)\"; for kind \(settings.kind.rawValue), known are \(known)"
            )
        }
        let clients = try clients(settings, usually: engine == .ollama ? "http://127.0.0.1:11434" : nil)
        return ServerTextModel(
            name: settings.name, summary: settings.summary ?? "\(settings.model ?? settings.name) on \(engine.product)", engine: engine,
            model: settings.model, client: clients[0], contextTokens: settings.contextTokens, seesImages: settings.sees,
            defaults: settings.options, clock: SystemClock(), jitter: { .random(in: 0...1) })
    }

    /// One client for each address of a model.
    ///
    /// - Parameters:
    ///   - usually: where such servers listen unless told otherwise.
    ///   - key: how the key is shown.
    static func clients(
        _ settings: ModelSettings, usually: String? = nil, key: (Secret) -> ServerKey = { .bearer($0) }
    ) throws -> [ServerClient] {
        let addresses = settings.urls.isEmpty ? try usually.map { [try ServerAddress($0)] } ?? [] : settings.urls
        guard !addresses.isEmpty else {
            throw SettingsError(key: "models", problem: "\"\(settings.name)\" needs a url: the address of its server")
        }
        return addresses.map {
            ServerClient($0, model: settings.name, key: settings.key.map(key), http: http, clock: SystemClock())
        }
    }

    /// For all model servers; lives as long as the process.
    private static let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: ServerClient.httpConfiguration)
}

extension ServerTextModel.Engine {
    /// What people call it.
    fileprivate var product: String {
        switch self {
        case .openai: "an OpenAI-compatible server"
        case .ollama: "Ollama"
        }
    }
}
