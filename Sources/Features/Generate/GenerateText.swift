import Inference
import Jobs
import Support

/// Every sentence of `/generate` that a person reads. Pure, so that tests pin them.
enum GenerateText {
    /// Characters of a prompt shown; all of it is in the PNG.
    private static let shownPrompt = 300

    /// While it waits or runs.
    static func standing(_ standing: Standing, prompt: String) -> String {
        switch standing.phase {
        case .waiting(let position): waiting(prompt: prompt, position: position, estimate: standing.remaining)
        case .running(let fraction): running(prompt: prompt, fraction: fraction, remaining: standing.remaining)
        case .retrying: retrying(prompt: prompt, estimate: standing.remaining)
        case .cancelling: cancelling(prompt: prompt)
        }
    }

    static func waiting(prompt: String, position: Int, estimate: Duration?) -> String {
        "Painting… position \(max(1, position))\(estimate.map { ", about \(DisplayText.roughSpan($0))" } ?? "")\n\(quoted(prompt))"
    }

    static func running(prompt: String, fraction: Double, remaining: Duration?) -> String {
        let rest = remaining.map { ", about \(DisplayText.roughSpan($0)) left" } ?? ""
        return "Painting… \(DisplayText.progressBar(fraction))\(rest)\n\(quoted(prompt))"
    }

    static func retrying(prompt: String, estimate: Duration?) -> String {
        "That attempt failed; trying again\(estimate.map { " in about \(DisplayText.roughSpan($0))" } ?? "")…\n\(quoted(prompt))"
    }

    static func cancelling(prompt: String) -> String { "Cancelling…\n\(quoted(prompt))" }

    static func painted(_ order: GenerateOrder, _ summary: GenerateSummary, card: ImageModelCard?) -> String {
        let what = order.count == 1 ? "painted" : "\(order.count) pictures painted"
        var facts = summary.isRepeatable == false ? [] : ["seed `\(order.seed)`"]
        facts.append("model `\(plain(summary.model))`")
        if let size = order.size { facts.append("\(size)") }
        if let style = order.style { facts.append("style \(DisplayText.escaped(style.name, limit: 40))") }
        facts.append("\(what) in \(DisplayText.span(.milliseconds(summary.milliseconds)))")
        let remark = card.flatMap { smallWorld(order.prompt, card: $0) }
        return [bold(order.prompt), facts.joined(separator: " · "), origin(order), remark].compactMap(\.self).joined(separator: "\n")
    }

    /// - Parameter seed: nil where it means nothing.
    static func single(_ order: GenerateOrder, index: Int, seed: UInt64?) -> String {
        "Picture \(index + 1) of \(bold(order.prompt))\n\(seed.map { "seed `\($0)` · " } ?? "")model `\(plain(order.model))`"
    }

    /// What it was painted from, where it was painted from something.
    private static func origin(_ order: GenerateOrder) -> String? {
        guard let start = order.start else { return nil }
        let from =
            if let index = start.index { "picture \(index + 1) of an earlier painting" } else if start.isFirstFrame == true {
                "the first frame of the given picture"
            } else { "the given picture" }
        return "-# from \(from), strength \(DisplayText.number(start.strength))"
    }

    static func cancelled(prompt: String) -> String { "Cancelled.\n\(quoted(prompt))" }

    static func failed(prompt: String, reason: String) -> String { "\(reason)\n\(quoted(prompt))" }

    static func modelGone(_ name: String) -> String { "The model `\(plain(name))` is not here any more. Pick another one." }

    static let tooLateToCancel = "Too late: this one is done already."
    static let notYours = "Only the person who asked for this can cancel it."
    static let notYoursToDelete = "Only the person who asked for this, or somebody who may manage messages here, can delete it."
    static let noPicture = "There is no picture in that message that I could look at."
    static let noModelStarts = "No model here can start from a picture."
    static let messageUnreadable = "I cannot read that message: it is gone, or I may not look into this channel."
    static let startGone = "I no longer have the picture that this started from. Use `/generate` with the picture again."
    static let notErased = "Not everything could be erased: it is still being painted or posted. Try again in a minute."

    static func deleteWhat(isOwn: Bool) -> String {
        isOwn
            ? "What shall go? The pictures and the record are what the numbered buttons, Again and your gallery use."
            : "Delete this message?"
    }

    static func deleted(record: Bool) -> String { record ? "Deleted: the message, the pictures, and the record of them." : "Deleted." }

    static func notDeleted(record: Bool) -> String {
        (record ? "The pictures and the record of them are erased. " : "") + "I may not delete that message here; delete it yourself."
    }

    static let gone = "I no longer have this picture, nor can I paint it again. Use `/generate` again."
    static let failedWithoutReason = "This could not be painted. The reason is in the log; try again."

    static func alternativePreviewText(_ order: GenerateOrder) -> String {
        DisplayText.shortened("Unfinished: \(order.prompt)", limit: 1_000)
    }

    /// Alternative text of a picture, for those who do not see it.
    static func alternativeText(_ order: GenerateOrder, index: Int?) -> String {
        let what =
            if let index { "Picture \(index + 1) of" } else if order.count > 1 { "\(order.count) pictures of" } else { "Picture of" }
        return DisplayText.shortened("\(what): \(order.prompt)", limit: 1_000)
    }

    /// A polite line when a prompt has words that a model with a small world does not know.
    static func smallWorld(_ prompt: String, card: ImageModelCard) -> String? {
        guard let known = card.knownWords else { return nil }
        let unknown = words(of: prompt).filter { !known.contains($0) }
        guard !unknown.isEmpty else { return nil }
        let listed = unknown.prefix(5).map { "*\(DisplayText.escaped($0, limit: 30))*" }.joined(separator: ", ")
        let world = card.world ?? known.filter { $0.allSatisfy(\.isLetter) }.sorted().joined(separator: ", ")
        return """
            -# This is `\(plain(card.name))`, a small painter that does not know \(listed)\(unknown.count > 5 ? " and more" : ""); this is its best try. \
            It knows: \(DisplayText.escaped(world, limit: 500)). For anything else the operator can add a big model under `models:` in `troupe.yaml`.
            """
    }

    /// The words of a prompt in lower case, each once, in order.
    private static func words(of prompt: String) -> [String] {
        var seen: Set<String> = []
        return prompt.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "'" }.map(String.init).filter { seen.insert($0).inserted }
    }

    private static func quoted(_ prompt: String) -> String { "> \(DisplayText.escaped(prompt, limit: shownPrompt))" }
    private static func bold(_ prompt: String) -> String { "**\(DisplayText.escaped(prompt, limit: shownPrompt))**" }
    private static func plain(_ name: String) -> String { name.replacing("`", with: "'") }
}
