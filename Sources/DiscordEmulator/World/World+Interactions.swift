import DequeModule
import OrderedCollections
import Support

/// The life of an interaction: started by a person, acknowledged once by the application within 3 s, answered and followed up with
/// its token for 15 minutes.
extension World {
    /// Starts an interaction and sends it to its application.
    mutating func startInteraction(
        _ kind: InteractionRecord.Kind, applicationID: ID, userID: ID, in channel: ChannelRecord, data: JSON, commandName: String? = nil,
        sourceMessageID: ID? = nil, openerID: ID? = nil, nonce: JSON? = nil
    ) -> InteractionRecord {
        var interaction = InteractionRecord(
            id: nextID(), token: tokens.next("interaction"), kind: kind, applicationID: applicationID, userID: userID,
            channelID: channel.id, guildID: channel.guildID, createdAt: now, data: data, changedAt: now)
        interaction.nonce = nonce
        interaction.owners =
            sourceMessageID.flatMap { messages[$0]?.interactionMetadata?["authorizing_integration_owners"] }
            ?? owners(of: applicationID, for: userID, in: channel)
        interaction.commandName = commandName
        interaction.sourceMessageID = sourceMessageID
        interaction.openerID = openerID
        interactions[interaction.id] = interaction
        interactionsByToken[interaction.token] = interaction.id
        interactionOrder.append(interaction.id)
        openInteractions.insert(interaction.id)
        while interactionOrder.count > limits.interactions, let oldest = interactionOrder.popFirst() {
            if let gone = interactions.removeValue(forKey: oldest) { interactionsByToken[gone.token] = nil }
        }
        events.append(.interactionChanged(interaction))
        events.append(.interactionCreated(interaction))
        return interaction
    }

    /// The one answer that `POST /interactions/{id}/{token}/callback` may give.
    mutating func acknowledge(_ id: ID, token: String, with callback: InteractionCallback) throws(DiscordError) -> InteractionRecord {
        guard var interaction = interactions[id], interaction.token == token else { throw .unknownInteraction }
        if interaction.isAcknowledged { throw .alreadyAcknowledged }
        guard interaction.state == .pending, now - interaction.createdAt <= InteractionRecord.acknowledgeWithin else {
            throw .unknownInteraction
        }
        try check(callback, answers: interaction)
        interaction.callbackType = callback.type
        interaction.acknowledgedAt = now
        switch callback {
        case .message(let draft, let ephemeral):
            let message = try respond(to: interaction, draft, ephemeral: ephemeral, loading: false)
            interaction.originalMessageID = message.id
            settle(&interaction, .answered)
        case .deferredMessage(let ephemeral):
            let message = try respond(to: interaction, MessageDraft(), ephemeral: ephemeral, loading: true)
            interaction.originalMessageID = message.id
            settle(&interaction, .acknowledged)
        case .deferredUpdate:
            interaction.originalMessageID = interaction.sourceMessageID
            settle(&interaction, .acknowledged)
        case .update(let draft):
            guard let source = interaction.sourceMessageID else { throw .unknownMessage }
            _ = try editMessage(source, draft)
            interaction.originalMessageID = source
            settle(&interaction, .answered)
        case .choices(let choices):
            interaction.choices = choices
            settle(&interaction, .answered)
        case .modal(let modal):
            interaction.modal = modal
            settle(&interaction, .answered)
            events.append(.modalOpened(interaction))
        case .launchActivity:
            settle(&interaction, .answered)
        }
        return interaction
    }

    /// Fails every interaction whose deadline has passed.
    mutating func expireInteractions() {
        for id in openInteractions {
            guard var interaction = interactions[id], let deadline = interaction.deadline else {
                openInteractions.remove(id)
                continue
            }
            guard deadline < now else { continue }
            if interaction.callbackType == 6 {
                settle(&interaction, .answered)
                continue
            }
            interaction.error = "The application did not respond"
            settle(&interaction, .failed)
            if let original = interaction.originalMessageID, let message = messages[original], message.flags.contains(.loading) {
                deleteMessage(original)
            }
        }
    }

    /// Records a state and tells it.
    mutating func settle(_ interaction: inout InteractionRecord, _ state: InteractionRecord.State) {
        interaction.state = state
        interaction.changedAt = now
        if state == .answered, interaction.answeredAt == nil { interaction.answeredAt = now }
        interactions[interaction.id] = interaction
        if state.isSettled { openInteractions.remove(interaction.id) }
        events.append(.interactionChanged(interaction))
    }

    private func check(_ callback: InteractionCallback, answers interaction: InteractionRecord) throws(DiscordError) {
        let allowed: Set<Int> =
            switch interaction.kind {
            case .autocomplete: [8]
            case .command: [4, 5, 9, 12]
            case .component: [4, 5, 6, 7, 9, 12]
            case .modal: interaction.sourceMessageID == nil ? [4, 5, 12] : [4, 5, 6, 7, 12]
            }
        if allowed.contains(callback.type) { return }
        throw .form(["type"], "BASE_TYPE_CHOICES", "Value must be one of {\(allowed.sorted().map(String.init).joined(separator: ", "))}.")
    }

    /// Where a person may not bring applications of their own, such an application answers only to them.
    func isKeptPrivate(_ interaction: InteractionRecord, in channel: ChannelRecord) -> Bool {
        interaction.isOnlyByUser && channel.guildID != nil
            && !permissions(of: interaction.userID, in: channel).contains(.useExternalApps)
    }

    private mutating func respond(to interaction: InteractionRecord, _ draft: MessageDraft, ephemeral: Bool, loading: Bool)
        throws(DiscordError) -> MessageRecord
    {
        guard let channel = channels[interaction.channelID] else { throw .unknownChannel }
        let metadata = showMetadata(interaction)
        let ephemeral = ephemeral || isKeptPrivate(interaction, in: channel)
        return try createMessage(draft, in: channel, by: interaction.applicationID) { message in
            message.belongs(to: interaction, metadata: metadata)
            if loading { message.flags.insert(.loading) }
            if ephemeral {
                message.flags.insert(.ephemeral)
                message.ephemeralTo = interaction.userID
            }
            switch interaction.kind {
            case .command:
                message.kind = interaction.data["type"]?.int == 1 ? .chatCommand : .contextMenu
            case .component, .modal, .autocomplete:
                if let source = interaction.sourceMessageID, !ephemeral {
                    message.kind = .reply
                    message.reference = .init(messageID: source, channelID: interaction.channelID, guildID: interaction.guildID)
                }
            }
        }
    }
}

extension MessageRecord {
    /// Marks a message as made with an interaction's token.
    mutating func belongs(to interaction: InteractionRecord, metadata: JSON) {
        applicationID = interaction.applicationID
        webhookID = interaction.applicationID
        interactionID = interaction.id
        interactionMetadata = metadata
        interactionName = interaction.commandName
    }
}

/// A checked callback.
enum InteractionCallback: Sendable {
    case message(MessageDraft, ephemeral: Bool)
    case deferredMessage(ephemeral: Bool)
    case deferredUpdate
    case update(MessageDraft)
    case choices([JSON])
    case modal(JSON)
    case launchActivity

    /// Discord's number of it.
    var type: Int {
        switch self {
        case .message: 4
        case .deferredMessage: 5
        case .deferredUpdate: 6
        case .update: 7
        case .choices: 8
        case .modal: 9
        case .launchActivity: 12
        }
    }
}
