import Console
import Credits
import Features
import Inference
import ModelProviders
import Support

/// The models for the console: what the settings say, what their servers say, what they cost.
struct ModelDesk: ModelDirectory {
    let base: Foundations

    /// How long a server has to say that it is there.
    static let patience = Duration.seconds(10)

    func models() async throws -> [ModelLine] {
        let settings = base.settings.models
        let prices = try await priceDesk?.prices(of: settings.map { ($0.name, $0.kind == .chat) })
        return settings.compactMap { entry in
            guard let kind = ModelLine.Kind(rawValue: entry.kind.rawValue) else { return nil }
            let (summary, abilities) = words(of: entry)
            let expected = base.models[entry.name].map { Duration.seconds($0.card.expectedSecondsPerImage) }
            return ModelLine(
                name: entry.name, kind: kind, summary: summary, abilities: abilities,
                pace: kind == .image ? expected.map { .init(queue: entry.name, expected: $0) } : nil, engine: entry.engine,
                addresses: entry.urls.map(\.description), price: prices?[entry.name]?.value)
        }
    }

    private func words(of entry: ModelSettings) -> (summary: String, abilities: String) {
        switch entry.kind {
        case .image: base.models[entry.name].map { ($0.card.summary, $0.card.abilityWords) } ?? ("", "")
        case .chat: base.textModels[entry.name].map { ($0.card.summary, $0.card.abilityWords) } ?? ("", "")
        case .vision: (base.visionModels[entry.name]?.card.summary ?? "", "answers about pictures")
        case .clone: ("", "")
        }
    }

    // MARK: Probing

    func probe(_ model: ModelLine) async -> [ModelFinding] {
        guard let entry = base.settings.models.first(where: { $0.name == model.name }) else { return [] }
        return await Self.probe(entry)
    }

    /// Asks anew, whatever was learnt before.
    static func probe(_ entry: ModelSettings) async -> [ModelFinding] {
        guard !ModelShelf.computesHere(entry) else {
            return [
                ModelFinding(
                    asked: entry.engine, isGood: true, words: "has no server: the runners compute it; there, troupe doctor tries it")
            ]
        }
        do {
            if entry.kind == .image {
                guard let model = try ModelShelf.imageModel(entry) as? ServedImageModel else { return [] }
                return await withTaskGroup(of: (Int, ModelFinding).self) { group in
                    for (index, server) in model.pool.servers.enumerated() {
                        group.addTask {
                            (index, await finding(server.address) { "\(try await server.look()): \(model.card.abilityWords)" })
                        }
                    }
                    return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
                }
            }
            guard let model = try ModelShelf.served(entry) as? ServerTextModel else { return [] }
            return [
                await finding(model.address) {
                    try await model.warmUp()
                    return model.card.abilityWords
                }
            ]
        } catch {
            return [ModelFinding(asked: entry.engine, isGood: false, words: Checks.words(error))]
        }
    }

    private static func finding(_ address: ServerAddress, _ ask: @escaping @Sendable () async throws -> String) async -> ModelFinding {
        await withTaskGroup(of: ModelFinding.self) { group in
            group.addTask {
                do { return ModelFinding(asked: address.description, isGood: true, words: try await ask()) } catch {
                    return ModelFinding(asked: address.description, isGood: false, words: Checks.words(error))
                }
            }
            group.addTask {
                try? await SystemClock().sleep(for: patience)
                return ModelFinding(
                    asked: address.description, isGood: false, words: "says nothing within \(patience.components.seconds) s")
            }
            defer { group.cancelAll() }
            return await group.next()!
        }
    }

    // MARK: Prices

    /// Nil where credits are off.
    private var priceDesk: PriceDesk? {
        guard base.settings.hasCredits else { return nil }
        return PriceDesk(
            book: CreditRuleBook(base.database), configured: base.settings.creditRules.policy(base.settings.models), clock: base.clock)
    }

    func price(_ model: ModelLine, at credits: String) async throws -> String {
        try await priceDesk?.change(model.name, isTalking: model.kind == .chat, to: credits) ?? ""
    }
}

extension ImageModelCard {
    /// What it can do, in a few words.
    fileprivate var abilityWords: String {
        var words = ["up to \(maximumCount) pictures"]
        if !abilities.sizes.isEmpty { words.append(abilities.sizes.prefix(6).map(\.description).joined(separator: " ")) }
        if abilities.negativePrompt { words.append("leaves out what it is told") }
        if abilities.initialImage { words.append("starts from a picture") }
        return words.joined(separator: ", ")
    }
}

extension TextModelCard {
    /// What it can do, in a few words.
    var abilityWords: String { "\(contextTokens) tokens of context, sees \(seesImages ? "pictures" : "no pictures")" }
}
