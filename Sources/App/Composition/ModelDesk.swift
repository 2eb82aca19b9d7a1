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
        let entries = try await entries()
        let prices = try await priceDesk(entries)?.prices(of: entries.map { ($0.name, $0.kind == .chat) })
        return entries.compactMap { entry in
            guard let kind = ModelLine.Kind(rawValue: entry.kind.rawValue) else { return nil }
            var line = ModelLine(
                name: entry.name, kind: kind, summary: entry.summary ?? "", abilities: "", pace: nil, engine: entry.engine,
                addresses: entry.urls.map(\.description), price: prices?[entry.name]?.value, addedAt: entry.addedAt)
            describe(&line, entry)
            return line
        }
    }

    /// Those of troupe.yaml, then what was added, whether or not this process has it.
    private func entries() async throws -> [ModelSettings] {
        try await base.tables.addedModels().reduce(into: base.settings.models.filter { $0.addedAt == nil }) { entries, added in
            guard !entries.contains(where: { $0.name == added.name }),
                let entry = (try? YAMLDocument.model(added.entry, environment: base.settings.environment))
                    ?? (try? YAMLDocument.model(added.entry, environment: nil))
            else { return }
            entries.append(entry)
            entries[entries.count - 1].addedAt = added.addedAt
        }
    }

    /// What its card says; of a model that this process does not have, the card that it would have.
    private func describe(_ line: inout ModelLine, _ entry: ModelSettings) {
        switch entry.kind {
        case .image:
            guard let card = try? (base.models[entry.name] ?? ModelShelf.imageModel(entry)).card else { return }
            (line.summary, line.abilities) = (card.summary, card.abilityWords)
            line.pace = .init(queue: entry.name, expected: .seconds(card.expectedSecondsPerImage))
        case .chat:
            guard let card = try? (base.textModels[entry.name] ?? ModelShelf.textModel(entry)).card else { return }
            (line.summary, line.abilities) = (card.summary, card.abilityWords)
        case .vision:
            line.summary = base.visionModels[entry.name]?.card.summary ?? line.summary
            line.abilities = "answers about pictures"
        case .clone: break
        }
    }

    // MARK: Adding

    var engines: [String] {
        Set(PictureEngine.allCases.map(\.rawValue) + ServerTextModel.Engine.allCases.map(\.rawValue)).sorted() + ["neural", "pocket"]
    }

    func add(_ form: [ModelField: String]) async throws {
        let entry = try ModelEntry(form)
        let added = AddedModel(name: entry.settings.name, entry: entry.text, addedAt: base.clock.now())
        guard try await !entries().contains(where: { $0.name == added.name }), try await base.tables.add(added) else {
            throw ModelEntry.Problem(userMessage: "name: there is a model called \(added.name) already.")
        }
    }

    func remove(_ model: ModelLine) async throws { _ = try await base.tables.removeModel(named: model.name) }

    // MARK: Probing

    func probe(_ model: ModelLine) async -> [ModelFinding] {
        guard let entry = try? await entries().first(where: { $0.name == model.name }) else { return [] }
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
    private func priceDesk(_ entries: [ModelSettings]) -> PriceDesk? {
        guard base.settings.hasCredits else { return nil }
        return PriceDesk(book: CreditRuleBook(base.database), configured: base.settings.creditRules.policy(entries), clock: base.clock)
    }

    func price(_ model: ModelLine, at credits: String) async throws -> String {
        try await priceDesk(try await entries())?.change(model.name, isTalking: model.kind == .chat, to: credits) ?? ""
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
