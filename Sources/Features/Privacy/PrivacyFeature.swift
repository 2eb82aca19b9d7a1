import Discord
import DiscordModels
import Jobs
import Memory
import Support

/// `/privacy`: people see, take along and erase all that is kept of them.
public enum PrivacyFeature {
    public static func feature(on stage: Stage, archive: PersonalArchive) -> Feature {
        let whisper = Whisper(replies: stage.replies)
        return Feature(
            commands: [PrivacyCommand(archive: archive, signer: stage.signer, whisper: whisper)],
            buttons: [PrivacyButtons(archive: archive, whisper: whisper)])
    }
}

extension ButtonID.Action {
    /// Erase everything.
    static let privacyErase = Self(rawValue: 160)
}

struct PrivacyCommand: CommandHandler {
    let archive: PersonalArchive
    let signer: ButtonSigner
    let whisper: Whisper

    var definition: NewApplicationCommand {
        func sub(_ name: String, _ description: String) -> CommandOption {
            CommandOption(kind: .subcommand, name: name, description: description)
        }
        return NewApplicationCommand(
            name: "privacy", description: "What I keep of you",
            options: [
                sub("show", "How much there is"), sub("export", "All of it, as a ZIP file"),
                sub("erase", "Remove all of it, with a receipt"),
            ])
    }

    func react(to interaction: Interaction) -> Reaction {
        guard let place = Whereabouts(interaction) else { return .whisper(RoutingText.unknownCommand) }
        let limit = interaction.attachmentSizeLimit ?? Limits.fileBytes
        let erase = signer.customID(
            ButtonID(action: .privacyErase, requestID: RequestID(interaction.id.rawValue), owner: place.person.rawValue))
        switch CommandInput(interaction).subcommand {
        case "export":
            return whisper.later { _ in
                let file = FileUpload(
                    filename: "privacy.zip", contentType: "application/zip", bytes: try await archive.export(place.person, atMost: limit))
                return MessageEdit(content: PrivacyText.kept(try await archive.count(place.person)), files: [file], keptAttachments: [])
            }
        case "erase":
            return whisper.later { _ in
                let receipt = try await archive.count(place.person)
                let button = Button("Erase everything", style: .danger, customID: erase)
                return MessageEdit(
                    content: PrivacyText.sure(receipt), components: receipt.isEmpty ? [] : [.actionRow([.button(button)])])
            }
        default: return whisper.later { _ in MessageEdit(content: PrivacyText.kept(try await archive.count(place.person))) }
        }
    }
}

struct PrivacyButtons: ButtonHandler {
    let archive: PersonalArchive
    let whisper: Whisper

    var actions: Set<ButtonID.Action> { [.privacyErase] }

    func react(to button: ButtonID, pressedIn interaction: Interaction) -> Reaction {
        guard let place = Whereabouts(interaction), place.person.rawValue == button.owner else { return .whisper(PrivacyText.notYours) }
        return whisper.later { _ in MessageEdit(content: PrivacyText.erased(try await archive.erase(place.person))) }
    }
}
