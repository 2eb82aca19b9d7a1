import Inference
import ModelProviders
import Pictures

extension Checks {
    /// Has every model that sees say a few words about a plain picture.
    static func visionModels(_ settings: Settings) async -> [Finding] {
        let models: [any VisionModel]
        // Those that also write have been asked for words.
        do { models = try ModelShelf.visionModels(settings, chat: TextModelCatalog([])).models } catch {
            return [Finding(check: "models", isGood: false, detail: "\(error)")]
        }
        var findings: [Finding] = []
        for model in models { findings.append(await looking(model)) }
        return findings
    }

    private static func looking(_ model: any VisionModel) async -> Finding {
        let check = "model \(model.card.name)"
        let start = ContinuousClock.now
        do {
            let side = 64
            let red = try Picture(width: side, height: side, pixels: Array(repeatElement([205, 52, 44], count: side * side).joined()))
            var options = VisionOptions()
            options.maxNewTokens = 16
            var tokens = 0
            for try await event in model.answer(VisionRequest(image: try red.png(), prompt: "An image of", options: options)) {
                if case .finished(let completion) = event { tokens = completion.usage.completionTokens }
            }
            return Finding(check: check, isGood: true, detail: "said \(tokens) tokens about a picture in \(seconds(since: start))")
        } catch {
            return Finding(check: check, isGood: false, detail: words(error))
        }
    }
}
