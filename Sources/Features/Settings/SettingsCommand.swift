import DiscordModels
import Inference
import Support

/// `/settings`: how the command looks in Discord. Pure; what it does is in ``SettingsHandler``.
struct SettingsCommand: Sendable {
    let cards: [ImageModelCard]

    var definition: NewApplicationCommand {
        NewApplicationCommand(
            name: "settings", description: "How pictures are painted on this server",
            options: [show, usual, limits, everywhere, channel, role, style, word], defaultMemberPermissions: .manageGuild, contexts: [0])
    }

    private var show: CommandOption { CommandOption(kind: .subcommand, name: "show", description: "What is set, and who changed it last") }

    private var usual: CommandOption {
        CommandOption(
            kind: .subcommand, name: "usual", description: "What holds where nobody says otherwise; what is left out is unset",
            options: [
                CommandOption(kind: .string, name: "model", description: "Which painter", hasAutocomplete: true),
                CommandOption(kind: .string, name: "size", description: "As 768x512, 3:2, square, portrait or wide", maximumLength: 20),
                CommandOption(kind: .integer, name: "count", description: "How many pictures", minimumValue: 1, maximumValue: 9),
            ])
    }

    private var limits: CommandOption {
        CommandOption(
            kind: .subcommand, name: "limits", description: "What one person may ask for; what is left out is unset",
            options: [
                CommandOption(
                    kind: .integer, name: "pictures", description: "Pictures of one request at most", minimumValue: 1, maximumValue: 9),
                CommandOption(
                    kind: .integer, name: "waiting", description: "Requests of one person that may wait", minimumValue: 1, maximumValue: 100
                ),
            ])
    }

    private var everywhere: CommandOption {
        CommandOption(
            kind: .subcommand, name: "everywhere", description: "How pictures are shown where no channel or role says otherwise",
            options: [showing(isRequired: true, "How")])
    }

    private var channel: CommandOption {
        CommandOption(
            kind: .subcommand, name: "channel", description: "How pictures are shown in a channel and its threads",
            options: [
                CommandOption(kind: .channel, name: "channel", description: "Which", isRequired: true),
                showing(isRequired: false, "How; left out: as everywhere"),
            ])
    }

    private var role: CommandOption {
        CommandOption(
            kind: .subcommand, name: "role", description: "What holds for the members of a role; what is left out is unset",
            options: [
                CommandOption(kind: .role, name: "role", description: "Which", isRequired: true),
                CommandOption(
                    kind: .integer, name: "share", description: "Per cent of a usual share of the painters: 200 is served twice as often",
                    minimumValue: 1, maximumValue: 10_000),
                showing(isRequired: false, "How their pictures are shown, whatever the channel says"),
            ])
    }

    private var style: CommandOption {
        CommandOption(
            kind: .subcommandGroup, name: "style", description: "Ways of painting that people may pick by name",
            options: [
                CommandOption(
                    kind: .subcommand, name: "add", description: "Add a style, or change it",
                    options: [
                        CommandOption(kind: .string, name: "name", description: "As people pick it", isRequired: true, maximumLength: 40),
                        CommandOption(
                            kind: .string, name: "words", description: "What comes after the prompt; or with {prompt} where it goes",
                            isRequired: true, maximumLength: 300),
                        CommandOption(kind: .string, name: "negative", description: "What should not be there", maximumLength: 300),
                    ]),
                CommandOption(
                    kind: .subcommand, name: "remove", description: "Remove a style",
                    options: [
                        CommandOption(kind: .string, name: "name", description: "Which", isRequired: true, hasAutocomplete: true)
                    ]),
            ])
    }

    private var word: CommandOption {
        CommandOption(
            kind: .subcommandGroup, name: "word", description: "Words that are not wanted in prompts",
            options: [
                CommandOption(
                    kind: .subcommand, name: "add", description: "Add a word, or change what happens to it",
                    options: [
                        CommandOption(kind: .string, name: "word", description: "One word or several", isRequired: true, maximumLength: 60),
                        CommandOption(
                            kind: .string, name: "action", description: "What happens; refused unless told otherwise",
                            choices: [
                                CommandChoice(name: "refuse it", value: .string(BlockedWord.Action.refuse.rawValue)),
                                CommandChoice(
                                    name: "only in age-restricted channels", value: .string(BlockedWord.Action.ageRestricted.rawValue)),
                                CommandChoice(name: "paint it behind a cover", value: .string(BlockedWord.Action.spoiler.rawValue)),
                            ]),
                        CommandOption(kind: .string, name: "reason", description: "What the person is told", maximumLength: 200),
                    ]),
                CommandOption(
                    kind: .subcommand, name: "remove", description: "Allow a word again",
                    options: [
                        CommandOption(kind: .string, name: "word", description: "Which", isRequired: true, hasAutocomplete: true)
                    ]),
            ])
    }

    private func showing(isRequired: Bool, _ description: String) -> CommandOption {
        CommandOption(
            kind: .string, name: "showing", description: description, isRequired: isRequired,
            choices: [
                CommandChoice(name: "openly", value: .string(PaintingSettings.Showing.plain.rawValue)),
                CommandChoice(name: "behind a cover", value: .string(PaintingSettings.Showing.spoiler.rawValue)),
                CommandChoice(name: "not at all", value: .string(PaintingSettings.Showing.off.rawValue)),
            ])
    }
}
