import Hummingbird
import Inference
import Jobs

/// `/models`: what this Troupe can be asked for, and how fast each model was lately.
struct ModelPages: ConsoleRoutes {
    let desk: ConsoleDesk

    func add(to router: Router<ConsoleContext>) {
        router.signedIn(desk).get("models") { _, context in try await page(context).response() }
    }

    private func page(_ context: ConsoleContext) async throws -> ConsolePage {
        var painters: [[HTML]] = []
        for card in desk.imageModels {
            painters.append(["\(card.name)", "\(card.summary)", "\(card.maximumCount)", try await pace(card)])
        }
        let writers = desk.textModels.map { card -> [HTML] in
            ["\(card.name)", "\(card.summary)", "\(card.contextTokens)", card.seesImages ? "yes" : "no"]
        }
        let content: HTML = """
            <h2>Pictures</h2>
            \(Table(heads: ["Model", "Is", "Pictures at most", "One picture takes"], rows: painters, otherwise: "None.").html)
            <h2>Text</h2>
            \(Table(heads: ["Model", "Is", "Context in tokens", "Sees pictures"], rows: writers, otherwise: "None is configured.").html)
            <p class="quiet">Models are named in <code>troupe.yaml</code>; <code>troupe doctor</code> tries each.</p>
            """
        return ConsolePage(title: "Models", room: .models, session: context.session, content: content)
    }

    private func pace(_ card: ImageModelCard) async throws -> HTML {
        let spans = try await desk.jobs.recentDurations(queue: card.name, limit: 50).sorted()
        return spans.isEmpty
            ? "about \(Words.span(.seconds(card.expectedSecondsPerImage))) (a guess)" : "\(Words.span(spans[spans.count / 2]))"
    }
}
