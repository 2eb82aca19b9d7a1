import Inference
import ModelProviders

extension Checks {
    /// Has every text model write a few words.
    static func textModels(_ settings: Settings) async -> [Finding] {
        let models: [any TextModel]
        do { models = try ModelShelf.textModels(settings).models } catch {
            return [Finding(check: "models", isGood: false, detail: "\(error)")]
        }
        var findings: [Finding] = []
        for model in models { findings.append(await writing(model)) }
        return findings
    }

    /// Reads the base of trained clones.
    static func cloneBase(_ settings: Settings) async -> [Finding] {
        let model = ModelShelf.adaptedModel(settings)
        let check = "base of clones"
        do {
            return [Finding(check: check, isGood: true, detail: "\(try await model.base()): clones can be trained on it")]
        } catch {
            return [Finding(check: check, isGood: false, detail: words(error))]
        }
    }

    private static func writing(_ model: any TextModel) async -> Finding {
        let check = "model \(model.card.name)"
        let start = ContinuousClock.now
        do {
            if let model = model as? ServerTextModel { try await model.warmUp() }
            let request = TextRequest(messages: [ChatMessage(.user, "Say hello.")], options: TextOptions(maxTokens: 16, temperature: 0))
            var usage: TextUsage?
            for try await event in model.stream(request) {
                if case .finished(let completion) = event { usage = completion.usage }
            }
            let card = model.card
            return Finding(
                check: check, isGood: true,
                detail: "wrote \(usage?.completionTokens ?? 0) tokens in \(seconds(since: start)); \(card.abilityWords)")
        } catch {
            return Finding(check: check, isGood: false, detail: words(error))
        }
    }
}
