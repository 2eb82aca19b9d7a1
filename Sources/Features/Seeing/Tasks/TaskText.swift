import DiscordModels
import Memory
import Support

/// Every sentence about tasks that a person reads. Pure.
enum TaskText {
    private static func count(_ content: TaskContent) -> String {
        content.examples.count == 1 ? "1 example" : "\(content.examples.count) examples"
    }

    static func created(_ task: SavedTask) -> String {
        let next =
            task.content.examples.isEmpty
            ? "`/task add` gives it examples." : "`/comprehend task:\(task.name)` uses it, `/task add` gives it more."
        return "`\(task.name)` is there, with \(count(task.content)). \(next)"
    }

    static func added(_ task: SavedTask) -> String {
        "Example \(task.content.examples.last?.number ?? 0) is in `\(task.name)`, which has \(count(task.content)) now (version \(task.version))."
    }

    static func edited(_ task: SavedTask) -> String { "`\(task.name)` is changed (version \(task.version)). `/task undo` goes back." }

    static func removed(_ name: String) -> String {
        "`\(name)` is removed. `/task undo` brings it back for \(TaskLimits.daysRemoved) days."
    }

    static func exampleRemoved(_ number: Int, _ task: SavedTask) -> String {
        "Example \(number) is removed from `\(task.name)`, which has \(count(task.content)) now. `/task undo` brings it back."
    }

    static func shared(_ task: SavedTask, _ whom: GivenOptions.Mentioned, stop: Bool) -> String {
        "\(mention(whom)) can \(stop ? "no longer" : "now") change `\(task.name)`."
    }

    static func undone(_ task: SavedTask, _ undone: TaskChange) -> String {
        "Undone: \(phrase(undone.kind)) (version \(undone.version)). `\(task.name)` has \(count(task.content)) now (version \(task.version))."
    }

    static func list(_ tasks: [KnownTask]) -> String {
        let lines = tasks.map { task in
            let summary = task.content.summary.isEmpty ? "" : ": \(DisplayText.escaped(task.content.summary, limit: TaskLimits.summary))"
            return "- `\(task.name)`\(summary) (\(count(task.content)), \(task.origin))"
        }
        return lines.joined(separator: "\n")
    }

    static func embed(_ task: KnownTask) -> Embed {
        let lines = task.content.examples.map { example in
            let prompt = example.prompt.map { " \(DisplayText.escaped($0, limit: 80)) →" } ?? ""
            return "**#\(example.number)**\(prompt) \(DisplayText.escaped(example.answer, limit: 160))"
        }
        var fields: [Embed.Field] = []
        func add(_ name: String, _ value: String) {
            if !value.isEmpty { fields.append(Embed.Field(name: name, value: value, inline: true)) }
        }
        add("For", DisplayText.escaped(task.content.summary, limit: TaskLimits.summary))
        add("Asks", DisplayText.escaped(task.content.prompt, limit: 400))
        if task.content.isInstruction { add("Form", "an instruction") }
        if let saved = task.saved {
            let others = task.content.managers.map { "<@\($0)>" } + task.content.managingRoles.map { "<@&\($0)>" }
            let owner = saved.owner.rawValue == 0 ? "nobody" : "<@\(saved.owner)>"
            add("Owner", ([owner] + others).joined(separator: ", "))
        }
        return Embed(
            title: task.name,
            description: lines.isEmpty ? "No examples yet." : DisplayText.shortened(lines.joined(separator: "\n"), limit: 3_900),
            color: 0x4A7DBD, footer: Embed.Footer(text: "\(task.origin) · \(count(task.content))"), fields: fields)
    }

    static func history(_ name: String, _ changes: [TaskChange]) -> String {
        let lines = changes.map { change in
            let restored = change.restores.map { ", as in version \($0)" } ?? ""
            let who = change.person.map { "<@\($0)>" } ?? "somebody"
            return "\(change.version). \(phrase(change.kind))\(restored), by \(who), <t:\(change.at.millisecondsSinceEpoch / 1_000):R>"
        }
        return (["`\(name)`, newest first:"] + lines).joined(separator: "\n")
    }

    private static func phrase(_ kind: TaskChange.Kind) -> String {
        switch kind {
        case .created: "made"
        case .added: "an example added"
        case .edited: "edited"
        case .exampleRemoved: "an example removed"
        case .shared: "shared"
        case .imported: "made from a file"
        case .removed: "removed"
        case .undone: "gone back"
        }
    }

    private static func mention(_ whom: GivenOptions.Mentioned) -> String {
        switch whom {
        case .person(let person): "<@\(person)>"
        case .role(let role): "<@&\(role)>"
        }
    }
}
