import DiscordModels
import Jobs
import Memory
import Support

/// `/gallery`: my pictures, page by page, by word; seen by nobody else until I post one again.
struct GalleryCommand: CommandHandler {
    let gallery: Gallery

    var definition: NewApplicationCommand {
        NewApplicationCommand(
            name: "gallery", description: "Your pictures",
            options: [
                CommandOption(
                    kind: .string, name: "search", description: "Words of the prompt", maximumLength: ButtonID.noteLimit)
            ])
    }

    func react(to interaction: Interaction) -> Reaction {
        guard let user = interaction.author?.id.rawValue else { return .whisper(RoutingText.unknownCommand) }
        let words = DisplayText.oneLine(interaction.data?.options?.first { $0.name == "search" }?.value?.string ?? "")
        return Reaction(response: .deferredMessage(ephemeral: true)) { address in
            await gallery.show(of: user, words: words, edge: nil, to: address)
        }
    }
}

/// Turns the pages, and posts what was chosen.
struct GalleryButtons: ButtonHandler {
    let gallery: Gallery

    var actions: Set<ButtonID.Action> { [.galleryOlder, .galleryNewer, .galleryShow] }

    func react(to button: ButtonID, pressedIn interaction: Interaction) -> Reaction {
        // A gallery is only ever seen by its owner; nobody else can press here, whatever their client claims.
        guard interaction.author?.id.rawValue == button.owner else { return .whisper(RoutingText.unknownButton) }
        if button.action == .galleryShow {
            guard let chosen = interaction.data?.values?.first.flatMap({ RequestID($0) }) else {
                return .whisper(RoutingText.unknownButton)
            }
            let (place, requestID) = (AskingPlace(interaction), RequestID(interaction.id.rawValue))
            return Reaction(response: .deferredMessage(ephemeral: false)) { address in
                try await gallery.post(chosen, as: requestID, from: place, to: address)
            }
        }
        let edge = button.action == .galleryOlder ? ShelfEdge.olderThan(button.requestID) : .newerThan(button.requestID)
        return Reaction(response: .deferredUpdate) { address in
            await gallery.show(of: button.owner, words: button.note, edge: edge, to: address)
        }
    }
}

/// `/again`: my newest painting once more, with another seed.
struct AgainCommand: CommandHandler {
    let shelf: PictureShelf
    let repainting: Repainting
    let costs: PaintingCosts

    var definition: NewApplicationCommand {
        NewApplicationCommand(
            name: "again",
            description: CreditsText.offered(
                "Paint your last prompt again, with another seed", prices: costs.ofEachModel, for: "a picture"))
    }

    func react(to interaction: Interaction) -> Reaction {
        guard let user = interaction.author?.id.rawValue else { return .whisper(RoutingText.unknownCommand) }
        let (place, requestID) = (AskingPlace(interaction), RequestID(interaction.id.rawValue))
        return Reaction(response: .deferredMessage(ephemeral: false)) { address in
            guard let newest = try await shelf.newest(of: PersonKey(user)) else {
                return try await repainting.submission.refuse("You have not painted anything yet. Use `/generate`.", requestID, address)
            }
            try await repainting.again(newest.requestID, as: requestID, from: place, address)
        }
    }
}
