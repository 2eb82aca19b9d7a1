import Hummingbird
import Memory
import Support

/// `/training`: how the clones learn, or learnt.
struct TrainingPages: ConsoleRoutes {
    let desk: ConsoleDesk

    /// Clones whose latest training is shown.
    private static let most = 30

    func add(to router: Router<ConsoleContext>) {
        router.signedIn(desk).get("training") { _, context in try await page(context).response() }
    }

    private func page(_ context: ConsoleContext) async throws -> ConsolePage {
        let now = desk.clock.now()
        let trainings = try await desk.clones.trainings(limit: Self.most)
        let content: HTML =
            trainings.isEmpty
            ? """
            <p class="quiet">No clone was trained yet: <code>troupe clone train</code> does it, and <code>/clones start</code> for the \
            pocket cast.</p>
            """
            : HTML(trainings.map { section($0.name, $0.training, now) })
        return ConsolePage(title: "Training", room: .training, session: context.session, isLive: true, content: content)
    }

    private func section(_ name: String, _ training: CloneTraining, _ now: Timestamp) -> HTML {
        let best = training.curve.heldOut.min { $0.loss < $1.loss }
        let chart = LineChart(
            series: [
                .init(style: "first", points: training.curve.learnt.map { ($0.step, $0.loss) }),
                .init(style: "second", points: training.curve.heldOut.map { ($0.step, $0.loss) }),
            ], steps: training.of, label: "\(name): loss of what is learnt from (line) and of what is held out (dots)")
        return """
            <section><h2>\(name)</h2>
            <dl class="facts">
            <div><dt>State</dt><dd>\(state(training, now))</dd></div>
            <div><dt>Steps</dt><dd>\(training.steps) of \(training.of)</dd></div>
            <div><dt>Loss</dt><dd>\(training.curve.learnt.last.map { Words.number($0.loss) } ?? "–")</dd></div>
            <div><dt>Held out, at best</dt><dd>\(best.map { "\(Words.number($0.loss)) after \($0.step)" } ?? "–")</dd></div>
            <div><dt>Began</dt><dd>\(Words.ago(training.startedAt, now))</dd></div>
            </dl>
            \(chart.html)</section>
            """
    }

    private func state(_ training: CloneTraining, _ now: Timestamp) -> HTML {
        if training.ending != nil { return "<span class=\"good\">learnt</span>" }
        guard now - training.seenAt < CloneTraining.silence else {
            return "<span class=\"bad\">stopped \(Words.ago(training.seenAt, now))</span>"
        }
        return "learns"
    }
}
