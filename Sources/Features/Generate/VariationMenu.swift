import Discord
import DiscordModels
import Inference
import Jobs
import Support

/// "Variations of this picture" in a message's menu: of our own paintings like the button; of any other picture after a form
/// that asks what to paint.
struct VariationMenu: CommandHandler {
    static let name = "Variations of this picture"

    let cards: [ImageModelCard]
    let repainting: Repainting
    let components: GenerateComponents
    let costs: PaintingCosts

    var definition: NewApplicationCommand { NewApplicationCommand(kind: .message, name: Self.name, description: "") }

    func react(to interaction: Interaction) -> Reaction {
        guard let message = interaction.targetMessage, let user = interaction.author?.id.rawValue else {
            return .whisper(GenerateText.noPicture)
        }
        if message.author.id.rawValue == interaction.applicationID.rawValue, let own = components.variable(in: message.components ?? []) {
            return ofOurs(own, user, interaction)
        }
        guard let index = message.attachments.firstIndex(where: \.mayBePicture), index <= Int(UInt8.max) else {
            return .whisper(GenerateText.noPicture)
        }
        guard cards.contains(where: \.abilities.initialImage) else { return .whisper(GenerateText.noModelStarts) }
        let id = components.customID(.paintFrom, RequestID(message.id.rawValue), user, index: index)
        return .prepared {
            let cost = await costs.cost(of: nil, in: interaction.guildID?.rawValue)
            return .modal(GenerateForm.startingFrom(prompt: message.attachments[index].description, cost: cost, customID: id))
        }
    }

    private func ofOurs(_ own: GenerateComponents.Variable, _ user: UInt64, _ interaction: Interaction) -> Reaction {
        switch own {
        case .single(let request, let index):
            let place = AskingPlace(interaction)
            return Reaction(response: .deferredMessage(ephemeral: false)) {
                try await repainting.variations(request, index: index, as: RequestID(interaction.id.rawValue), from: place, $0)
            }
        case .several(let request, let count):
            return .prepared {
                var costs = GenerateComponents.Costs()
                if let order = try await repainting.order(of: request) {
                    costs = await self.costs.costs(of: order, in: interaction.guildID?.rawValue)
                }
                let menu = components.variationMenu(request, count: count, owner: user, costs: costs)
                return .whisper("Variations of which picture?", components: [menu])
            }
        }
    }
}

/// Takes the form of a picture that was found somewhere: fetches the picture, and paints from it.
struct PaintingFrom: ModalHandler {
    let cards: [ImageModelCard]
    let rules: PaintingRules
    let submission: Submission
    let replies: DiscordReplies
    let attachments: AttachmentDownloader
    let randomSeed: @Sendable () -> UInt64

    var actions: Set<ButtonID.Action> { [.paintFrom] }

    func react(to modal: ButtonID, submittedIn interaction: Interaction) -> Reaction {
        let answers: GenerateForm.Answers
        do { answers = try GenerateForm.read(interaction.data) } catch { return .whisper(error.userMessage) }
        guard let channel = interaction.channelID else { return .whisper(RoutingText.unknownButton) }
        let (place, requestID) = (AskingPlace(interaction), RequestID(interaction.id.rawValue))
        return Reaction(response: .deferredMessage(ephemeral: false)) { address in
            if try await submission.isDecided(requestID) { return }
            do {
                let message = try await replies.message(MessageID(modal.requestID.rawValue), in: channel)
                guard message.attachments.indices.contains(Int(modal.index)) else { throw Refusal(GenerateText.noPicture) }
                let given = try await GivenPicture.fetch(message.attachments[Int(modal.index)], by: attachments)
                var order = try await order(answers, place, address)
                order.start = .init(strength: answers.strength ?? 0.6, isFirstFrame: given.isFirstFrame ? true : nil)
                try await submission.submit(order, start: given.file(named: GenerateFiles.start), as: requestID, from: place)
            } catch let error as any UserFacingError {
                try await submission.refuse(error.userMessage, requestID, address)
            } catch let error as DiscordAPIError where !error.isTransient {
                try await submission.refuse(GenerateText.messageUnreadable, requestID, address)
            }
        }
    }

    /// By the guild's usual model if it can start from a picture, else by the first that can.
    private func order(_ answers: GenerateForm.Answers, _ place: AskingPlace, _ address: ReplyAddress) async throws -> GenerateOrder {
        let able = cards.filter(\.abilities.initialImage)
        let maker = OrderMaker(cards: able, settings: try await rules.settings(of: place.guild))
        let input = GenerateInput(prompt: answers.prompt, count: answers.count, seed: answers.seed)
        return try maker.order(input, seed: randomSeed(), reply: address)
    }
}

extension GenerateComponents {
    /// What a message of ours shows, by its buttons.
    enum Variable: Sendable, Hashable {
        case single(RequestID, index: Int)
        case several(RequestID, count: Int)
    }

    func variable(in components: [Component]) -> Variable? {
        for component in components.flatMap(\.flattened) {
            switch component {
            case .button(let button):
                if let id = button.customID.flatMap({ signer.read($0) }), id.action == .vary {
                    return .single(id.requestID, index: Int(id.index))
                }
            case .select(let menu):
                if let id = signer.read(menu.customID), id.action == .varyChosen {
                    return .several(id.requestID, count: menu.options?.count ?? GenerateCommand.defaultCount)
                }
            default: continue
            }
        }
        return nil
    }
}

extension Interaction {
    /// The message that a message's menu was opened on.
    var targetMessage: Message? { data?.targetID.flatMap { MessageID($0) }.flatMap { data?.resolved?.messages?[$0] } }
}

extension Attachment {
    /// By Discord's word; what it really is shows when it is read.
    var mayBePicture: Bool { contentType?.hasPrefix("image/") ?? false || width != nil && contentType?.hasPrefix("video/") != true }
}
