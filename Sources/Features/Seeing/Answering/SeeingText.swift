import DiscordModels
import Inference
import Support

/// Every sentence of `/comprehend` that a person reads. Pure, so that tests pin them.
enum SeeingText {
    /// UTF-16 code units of an answer that stand in its message; all of it is in a file then.
    static let shownAnswer = 3_500
    private static let shownPrompt = 400
    private static let colour = 0x4A7DBD

    static let gone = "I no longer have this picture. Use `/comprehend` again."
    static let notYours = "Only the person who asked for this can cancel it."
    static let tooLateToCancel = "Too late: this one is done already."
    static let failedWithoutReason = "This could not be answered. The reason is in the log; try again."

    static func modelGone(_ name: String) -> String { "The model `\(plain(name))` is not here any more. Pick another one." }

    static func standing(_ standing: Standing) -> String {
        let rest = standing.remaining.map { DisplayText.roughSpan($0) }
        switch standing.phase {
        case .waiting(let position): return "Looking… position \(max(1, position))\(rest.map { ", about \($0)" } ?? "")"
        case .running(let fraction):
            return fraction > 0 ? "Looking… \(DisplayText.progressBar(fraction))" : "Looking…\(rest.map { " about \($0) left" } ?? "")"
        case .retrying: return "That attempt failed; trying again\(rest.map { " in about \($0)" } ?? "")…"
        case .cancelling: return "Cancelling…"
        }
    }

    /// The answer, with what it answers.
    static func embed(_ order: SeeingOrder, _ summary: SeeingSummary) -> Embed {
        Embed(
            description: DisplayText.shortened(summary.text, limit: shownAnswer), color: colour,
            footer: Embed.Footer(text: facts(order, summary)),
            fields: [
                Embed.Field(name: "Task", value: task(order), inline: true),
                Embed.Field(name: "Query", value: query(order.prompt ?? ""), inline: true),
            ])
    }

    /// How a task did on its own examples.
    static func trials(_ trials: [SeeingSummary.Trial], _ order: SeeingOrder, _ summary: SeeingSummary) -> Embed {
        let right = trials.filter(\.isRight).count
        let lines = trials.map { trial in
            let answer = DisplayText.escaped(trial.answer, limit: 90)
            return trial.isRight
                ? "✅ #\(trial.number) \(answer)"
                : "❌ #\(trial.number) \(answer)\n-# expected: \(DisplayText.escaped(trial.expected, limit: 90))"
        }
        return Embed(
            title: "\(right) of \(trials.count) as the examples say",
            description: DisplayText.shortened(lines.joined(separator: "\n"), limit: 3_900), color: colour,
            footer: Embed.Footer(text: facts(order, summary) + " · each asked after the others"),
            fields: [Embed.Field(name: "Task", value: task(order), inline: true)])
    }

    private static func task(_ order: SeeingOrder) -> String {
        let count = order.examples.count == 1 ? "1 example" : "\(order.examples.count) examples"
        return "`\(plain(order.task))` (\(order.origin), \(count))"
    }

    private static func query(_ prompt: String) -> String {
        let shown = DisplayText.escaped(prompt, limit: shownPrompt)
        return shown.isEmpty ? "–" : shown
    }

    private static func facts(_ order: SeeingOrder, _ summary: SeeingSummary) -> String {
        var facts = [summary.model, DisplayText.span(.milliseconds(summary.milliseconds))]
        if let seed = order.options.seed { facts.append("seed \(seed)") }
        if order.isFirstFrame == true { facts.append("its first frame: the picture moves") }
        if summary.isCut { facts.append("cut at its longest length") }
        if !summary.ignored.isEmpty {
            facts.append("this model does not follow \(summary.ignored.map(\.rawValue).joined(separator: ", "))")
        }
        return facts.joined(separator: " · ")
    }

    static func plain(_ name: String) -> String { name.replacing("`", with: "'") }
}
