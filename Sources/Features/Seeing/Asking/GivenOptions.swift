import DiscordModels
import Memory
import Support

/// What a person filled into a command or a form. Nothing is taken for granted: a client of one's own may send anything.
struct GivenOptions: Sendable {
    let interaction: Interaction
    /// The names of sub-commands on the way.
    let path: [String]
    private let options: [InteractionOption]

    init(_ interaction: Interaction) {
        self.interaction = interaction
        var (path, options) = ([String](), interaction.data?.options ?? [])
        while let first = options.first, first.kind == .subcommand || first.kind == .subcommandGroup {
            path.append(first.name)
            options = first.options ?? []
        }
        self.path = path
        self.options = options
    }

    private func value(_ name: String) -> JSONValue? { options.first { $0.name == name }?.value }

    /// One line without control characters.
    func text(_ name: String) -> String? { value(name)?.string.map(DisplayText.oneLine).flatMap { $0.isEmpty ? nil : $0 } }

    func flag(_ name: String) -> Bool? { value(name)?.bool }

    func integer(_ name: String, _ range: ClosedRange<Int>) throws(TaskProblem) -> Int? {
        guard let value = value(name) else { return nil }
        guard let number = value.integer, let number = Int(exactly: number), range.contains(number) else {
            throw TaskProblem("`\(name)` must be a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }

    func number(_ name: String, _ range: ClosedRange<Double>) throws(TaskProblem) -> Double? {
        guard let value = value(name) else { return nil }
        guard let number = value.double, range.contains(number) else {
            throw TaskProblem("`\(name)` must be a number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }

    func attachment(_ name: String) -> Attachment? {
        guard let id = value(name)?.string.flatMap({ AttachmentID($0) }) else { return nil }
        return interaction.data?.resolved?.attachments?[id]
    }

    /// A user or a role that was named.
    func mentionable(_ name: String) -> Mentioned? {
        guard let text = value(name)?.string, let id = UInt64(text) else { return nil }
        if interaction.data?.resolved?.roles?[RoleID(id)] != nil { return .role(RoleKey(id)) }
        if interaction.data?.resolved?.users?[UserID(id)] != nil { return .person(PersonKey(id)) }
        return nil
    }

    enum Mentioned: Sendable, Hashable {
        case person(PersonKey), role(RoleKey)
    }
}

extension Interaction {
    /// Who does this, in the terms of tasks; nil where Discord does not say who.
    var taskActor: TaskActor? {
        guard let author else { return nil }
        let permissions = member?.permissions ?? []
        return TaskActor(
            person: PersonKey(author.id.rawValue), roles: Set((member?.roles ?? []).map { RoleKey($0.rawValue) }),
            managesGuild: guildID == nil || !permissions.isDisjoint(with: [.manageGuild, .administrator]), request: RequestID(id.rawValue))
    }

    /// Of the person who does this.
    var roles: Set<UInt64> { Set(member?.roles.map(\.rawValue) ?? []) }

    /// Where tasks are looked for.
    var taskHome: TaskHome { TaskHome(guild: guildID?.rawValue, person: PersonKey(author?.id.rawValue ?? 0)) }

    /// The message whose menu was used.
    var clickedMessage: Message? {
        data?.targetID.flatMap { MessageID($0) }.flatMap { data?.resolved?.messages?[$0] }
    }

    /// The fields of a form, filled in: texts by name, and the files that were uploaded.
    var filledIn: (texts: [String: String], files: [Attachment]) {
        var texts: [String: String] = [:]
        var files: [Attachment] = []
        for component in (data?.components ?? []).flatMap(\.flattened) {
            switch component {
            case .textInput(let input): texts[input.customID] = input.value
            case .other(_, .object(let label)):
                // A label around an upload: its values are ids of attachments.
                guard case .object(let inner) = label["component"], case .array(let values) = inner["values"] else { continue }
                files += values.compactMap { $0.string.flatMap { AttachmentID($0) } }.compactMap { data?.resolved?.attachments?[$0] }
            default: continue
            }
        }
        return (texts, files)
    }
}
