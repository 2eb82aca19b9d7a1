import Foundation
import Inference
import ModelProviders
import Neural
import PocketModels

/// Makes the models that the settings name.
enum ModelShelf {
    /// All image models, in the order of the configuration; the first is the default.
    static func imageModels(_ settings: Settings) throws -> ImageModelCatalog {
        ImageModelCatalog(try settings.models.filter { $0.kind == .image }.map(imageModel))
    }

    /// The model of the configuration with that name, or the checkpoint in that folder, or without a name the first model.
    static func imageModel(named name: String?, settings: Settings) throws -> any ImageModel {
        let catalog = try imageModels(settings)
        guard let name else {
            guard let first = catalog.models.first else { throw SettingsError(key: "models", problem: "there is no image model") }
            return first
        }
        if let model = catalog[name] { return model }
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: name, isDirectory: &isFolder), isFolder.boolValue {
            return neural(name: URL(filePath: name).lastPathComponent, folder: name)
        }
        let known = catalog.cards.map(\.name).joined(separator: ", ")
        throw CommandFailure("\(name) is no model of the configuration and no folder; known models: \(known)")
    }

    /// An added model beside those that are there already.
    ///
    /// - Throws: ``SettingsError`` for what cannot be.
    static func usable(_ added: AddedModel, beside settings: Settings) throws -> ModelSettings {
        guard !settings.models.contains(where: { $0.name == added.name }) else {
            throw SettingsError(key: "models", problem: "there is another model called \"\(added.name)\"")
        }
        var entry = try YAMLDocument.model(added.entry, environment: settings.environment)
        entry.addedAt = added.addedAt
        try check(entry)
        return entry
    }

    /// Whether it can be made.
    static func check(_ entry: ModelSettings) throws {
        var alone = Settings()
        alone.models = [entry]
        _ = try (imageModels(alone), visionModels(alone, chat: textModels(alone)))
    }

    /// Whether a runner computes it, without a server.
    static func computesHere(_ settings: ModelSettings) -> Bool { ["pocket", "neural"].contains(settings.engine) }

    static func imageModel(_ settings: ModelSettings) throws -> any ImageModel {
        switch settings.engine {
        case "pocket":
            return try PocketPainter.model(name: settings.name)
        case "neural":
            guard let path = settings.path else {
                throw SettingsError(key: "models", problem: "\"\(settings.name)\" needs a path: the folder of its checkpoint")
            }
            return neural(name: settings.name, folder: path, precision: settings.precision)
        default:
            guard let engine = PictureEngine(rawValue: settings.engine) else {
                let known = (["pocket", "neural"] + PictureEngine.allCases.map(\.rawValue)).joined(separator: ", ")
                throw SettingsError(
                    key: "models",
                    problem: "\"\(settings.name)\" has the unknown engine \"\(settings.engine)\"; for kind image, known are \(known)")
            }
            return try served(settings, by: engine)
        }
    }

    private static func neural(name: String, folder: String, precision: WeightPrecision = .stored) -> any ImageModel {
        NeuralImageModel(
            card: ImageModelCard(name: name, summary: "DALL·E mini, painted by Troupe itself", expectedSecondsPerImage: 20), folder: folder,
            precision: precision)
    }
}
