import DiscordModels
import Inference
import Memory
import Support

/// `/context`: shows what the model would be given if something were said here now.
struct ContextCommand: CommandHandler {
    let memories: Memories
    let models: TextModelCatalog
    let selfhood: Selfhood
    let text: ConsentText
    let whisper: Whisper

    var definition: NewApplicationCommand {
        NewApplicationCommand(name: "context", description: "Show what I remember here, and what the model will be given of it")
    }

    func react(to interaction: Interaction) -> Reaction {
        guard let place = Whereabouts(interaction) else { return .whisper(RoutingText.unknownCommand) }
        return whisper.later { _ in try await look(place) }
    }

    private func look(_ place: Whereabouts) async throws -> MessageEdit {
        guard try await memories.consents.allows(place.person, in: place.guild, .history) else {
            return MessageEdit(
                content: "Nothing: I do not remember our conversations here. \(text.passingStatement) `/optin` changes that.")
        }
        let settings = try await memories.settings.settings(for: place.person, in: place.channel, of: place.guild)
        guard let model = models[models.choose(settings.model)] else { throw Refused(ChatText.noModel) }
        guard let turn = try await memories.conversations.current(for: place) else {
            return MessageEdit(content: "Nothing yet: there is no conversation of ours in this channel.")
        }
        let path = try await memories.conversations.path(to: turn.id)
        let context = ChatContext(conversations: memories.conversations, name: try await selfhood.user().displayName)
        let builder = ContextBuilder(
            instructions: context.instructions(settings.persona, model.card), contextTokens: model.card.contextTokens,
            answerTokens: min(1_024, model.card.contextTokens / 4), seesImages: model.card.seesImages)
        let built = try await builder.build(
            summary: path.summary?.text, context.entries(path.turns, withPictures: model.card.seesImages), count: model.countTokens)
        let shown = built.messages.map { message in
            let pictures = message.images.isEmpty ? "" : " (with \(ConsentText.count(message.images.count, "picture") ?? ""))"
            return "[\(message.role.rawValue)]\(pictures)\n\(message.content)"
        }.joined(separator: "\n\n")
        var lines = [
            "**\(turn.key.scope.phrase)**, \(ConsentText.count(path.turns.count, "turn") ?? "no turns")"
                + (path.summary == nil ? "" : " after a summary of what was before") + ".",
            "`\(model.card.name)` is given \(built.tokens) of \(model.card.contextTokens) tokens, as in the file.",
        ]
        if built.left > 0 { lines.append("\(built.left) older turns do not fit.") }
        return MessageEdit(
            content: lines.joined(separator: "\n"),
            files: [FileUpload(filename: "context.txt", contentType: "text/plain; charset=utf-8", bytes: Array(shown.utf8))],
            keptAttachments: [])
    }
}

/// `/forget`.
struct ForgetCommand: CommandHandler {
    enum Extent: String, CaseIterable { case last, this, all }

    let memories: Memories
    let whisper: Whisper

    var definition: NewApplicationCommand {
        NewApplicationCommand(
            name: "forget", description: "I forget what we talked about",
            options: [
                CommandOption(
                    kind: .string, name: "what", description: "How much", isRequired: true,
                    choices: [
                        CommandChoice(name: "your last message here and my answer", value: .string("last")),
                        CommandChoice(name: "this conversation", value: .string("this")),
                        CommandChoice(name: "everything in this server, or in direct messages", value: .string("all")),
                    ])
            ])
    }

    func react(to interaction: Interaction) -> Reaction {
        guard let place = Whereabouts(interaction), let extent = CommandInput(interaction).text("what", atMost: 10).flatMap(Extent.init)
        else { return .whisper("Say what to forget: last, this or all.") }
        return whisper.later { _ in
            let conversations = memories.conversations
            if extent == .all {
                return MessageEdit(content: ConsentText.receipt(try await conversations.forgetAll(of: place.person, in: place.guild)))
            }
            guard let key = try await conversations.current(for: place)?.key else {
                return MessageEdit(content: ConsentText.receipt(ForgetReceipt()))
            }
            if extent == .last {
                return MessageEdit(content: ConsentText.receipt(try await conversations.forgetLast(of: place.person, in: key)))
            }
            let receipt = try await conversations.forget(key, of: key.isShared ? place.person : nil)
            let others = try await conversations.exists(key) ? " What others said in it stays theirs." : ""
            return MessageEdit(content: ConsentText.receipt(receipt) + others)
        }
    }
}

extension ConversationStore {
    /// The conversation that somebody would go on with here, by its last turn.
    func current(for place: Whereabouts) async throws -> Turn? {
        if let thread = try await last(of: .thread(place.channel)) { return thread }
        guard let latest = try await latest(of: place.person, in: place.channel) else { return nil }
        return latest.key.isLinear ? try await last(of: latest.key) : latest
    }
}

extension ConversationScope {
    /// As people are told.
    var phrase: String {
        switch self {
        case .replyChain: "This chain of replies"
        case .thread: "This thread"
        case .personInChannel: "This channel and you"
        case .everyoneInChannel: "This channel and everyone in it"
        }
    }
}
