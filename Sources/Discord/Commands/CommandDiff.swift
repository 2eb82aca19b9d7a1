import DiscordModels
import Support

/// What must change so that the commands registered with Discord are the wanted ones. Pure.
///
/// Discord echoes defaults that were never sent, so both sides are compared in a normal form. A command is known by its
/// kind and name; of two wanted ones with the same, the last counts.
public struct CommandDiff: Sendable, Hashable {
    public struct Edit: Sendable, Hashable {
        public var id: CommandID
        public var command: NewApplicationCommand
    }

    public struct Deletion: Sendable, Hashable {
        public var id: CommandID
        public var name: String
    }

    public private(set) var deletions: [Deletion] = []
    public private(set) var edits: [Edit] = []
    public private(set) var creations: [NewApplicationCommand] = []
    /// Names of those that are as they should be.
    public private(set) var unchanged: [String] = []

    public var isEmpty: Bool { deletions.isEmpty && edits.isEmpty && creations.isEmpty }

    public init(wanted: [NewApplicationCommand], registered: [ApplicationCommand]) {
        struct Key: Hashable {
            var kind: Int
            var name: String
        }
        var there: [Key: ApplicationCommand] = [:]
        for command in registered {
            let key = Key(kind: command.kind?.rawValue ?? 1, name: command.name)
            there[key] = command
        }
        var seen: Set<Key> = []
        for command in wanted.reversed() {
            let key = Key(kind: command.kind.rawValue, name: command.name)
            guard seen.insert(key).inserted else { continue }
            guard let old = there.removeValue(forKey: key) else {
                creations.insert(command, at: 0)
                continue
            }
            if Self.matches(command, old) {
                unchanged.insert(command.name, at: 0)
            } else {
                edits.insert(Edit(id: old.id, command: command), at: 0)
            }
        }
        deletions = there.values.map { Deletion(id: $0.id, name: $0.name) }.sorted { $0.id < $1.id }
    }

    /// Whether Discord has the command as it is wanted. What the wanted one leaves to Discord (nil) matches everything.
    private static func matches(_ wanted: NewApplicationCommand, _ registered: ApplicationCommand) -> Bool {
        wanted.description == registered.description
            && wanted.options.map(normal) == (registered.options ?? []).map(normal)
            && wanted.defaultMemberPermissions == registered.defaultMemberPermissions
            && wanted.isAgeRestricted == (registered.isAgeRestricted ?? false)
            && (wanted.integrationTypes == nil || Set(wanted.integrationTypes ?? []) == Set(registered.integrationTypes ?? []))
            && (wanted.contexts == nil || Set(wanted.contexts ?? []) == Set(registered.contexts ?? []))
    }

    /// Nil for what means the same as nothing.
    private static func normal(_ option: CommandOption) -> CommandOption {
        var option = option
        if option.isRequired == false { option.isRequired = nil }
        if option.hasAutocomplete == false { option.hasAutocomplete = nil }
        option.choices = option.choices.flatMap { $0.isEmpty ? nil : $0.map(normal) }
        option.options = option.options.flatMap { $0.isEmpty ? nil : $0.map(normal) }
        return option
    }

    /// `2` and `2.0` are the same choice.
    private static func normal(_ choice: CommandChoice) -> CommandChoice {
        guard case .number(let value) = choice.value, let whole = Int64(exactly: value) else { return choice }
        return CommandChoice(name: choice.name, value: .integer(whole))
    }
}
