import Discord
import DiscordModels
import Memory
import Support

/// `/persona`: whom the model plays; in one's own words, or as a character card.
struct PersonaCommand: CommandHandler {
    let memories: Memories
    let fetch: AttachmentReader.Fetch
    let whisper: Whisper
    let clock: any WallClock

    var definition: NewApplicationCommand {
        let level = SettingsLevel.option(SettingsLevel.allCases, usually: .me)
        func sub(_ name: String, _ description: String, _ options: [CommandOption]) -> CommandOption {
            CommandOption(kind: .subcommand, name: name, description: description, options: options)
        }
        return NewApplicationCommand(
            name: "persona", description: "Whom the model plays",
            options: [
                sub(
                    "set", "Tell the model how to be",
                    [
                        CommandOption(
                            kind: .string, name: "instructions", description: "The system prompt", isRequired: true, minimumLength: 1,
                            maximumLength: 4_000),
                        CommandOption(kind: .string, name: "name", description: "What it is called", maximumLength: Persona.nameLimit),
                        level,
                    ]),
                sub(
                    "card", "Take a character card: JSON, or PNG with one inside",
                    [CommandOption(kind: .attachment, name: "file", description: "The card", isRequired: true), level]),
                sub("show", "Show whom the model plays here", []),
                sub("clear", "Back to nobody in particular", [level]),
            ])
    }

    func react(to interaction: Interaction) -> Reaction {
        guard let place = Whereabouts(interaction) else { return .whisper(RoutingText.unknownCommand) }
        let input = CommandInput(interaction)
        let level = input.text("for", atMost: 10).flatMap(SettingsLevel.init) ?? .me
        switch input.subcommand {
        case "set":
            guard let instructions = input.text("instructions", atMost: 4_000) else { return .whisper("The instructions are empty.") }
            let persona = Persona(name: input.text("name", atMost: Persona.nameLimit).map(DisplayText.oneLine), instructions: instructions)
            return whisper.later { _ in try await set(persona, level, place) }
        case "card":
            guard let file = input.attachment("file") else { return .whisper("Add the card as a file.") }
            return whisper.later { _ in
                _ = try level.holder(place)
                let persona: Persona
                do {
                    persona = try CharacterCard(file: try await fetch(file, CharacterCard.fileBytes)).persona
                } catch let error as any UserFacingError { throw Refused(error.userMessage) }
                return try await set(persona, level, place)
            }
        case "clear": return whisper.later { _ in try await set(nil, level, place) }
        default:
            return whisper.later { _ in
                let persona = try await memories.settings.settings(for: place.person, in: place.channel, of: place.guild).persona
                return Self.show(persona, intro: "Here")
            }
        }
    }

    private func set(_ persona: Persona?, _ level: SettingsLevel, _ place: Whereabouts) async throws -> MessageEdit {
        let holder = try level.holder(place)
        try await memories.settings.change(holder, by: place.person, at: clock.now()) { $0.persona = persona }
        return Self.show(persona, intro: level.phrase)
    }

    private static func show(_ persona: Persona?, intro: String) -> MessageEdit {
        guard let persona else { return MessageEdit(content: "\(intro) the model plays nobody in particular.") }
        let name = persona.name.map { "**\(DisplayText.escaped($0, limit: Persona.nameLimit))**" } ?? "somebody without a name"
        let greeting = persona.greeting.map { "\n> \(DisplayText.escaped(DisplayText.oneLine($0), limit: 300))" } ?? ""
        let file = FileUpload(
            filename: "instructions.txt", contentType: "text/plain; charset=utf-8", bytes: Array(persona.instructions.utf8))
        return MessageEdit(content: "\(intro) the model plays \(name).\(greeting)", files: [file], keptAttachments: [])
    }
}
