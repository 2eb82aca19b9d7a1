import DiscordModels
import Jobs
import Memory
import Support

/// Takes a painting away: its message, and on the owner's wish all that is kept of it. For who asked for it, and for people who
/// may manage messages there.
struct GenerateDeletion: ButtonHandler {
    let jobs: any JobQueue
    let shelf: PictureShelf?
    let components: GenerateComponents
    let replies: DiscordReplies

    var actions: Set<ButtonID.Action> { [.delete, .deleteMessage, .deleteAll] }

    func react(to button: ButtonID, pressedIn interaction: Interaction) -> Reaction {
        guard let user = interaction.author?.id.rawValue else { return .whisper(RoutingText.unknownButton) }
        let mayManage = interaction.member?.permissions.map { !$0.isDisjoint(with: [.manageMessages, .administrator]) } ?? false
        switch button.action {
        case .delete:
            guard user == button.owner || mayManage else { return .whisper(GenerateText.notYoursToDelete) }
            guard let message = interaction.message?.id else { return .whisper(RoutingText.unknownButton) }
            return .prepared {
                let isOwn = try await isOwner(user, of: button.requestID)
                return .whisper(
                    GenerateText.deleteWhat(isOwn: isOwn),
                    components: components.deletion(button.requestID, of: message, owner: button.owner, isOwn: isOwn))
            }
        case .deleteMessage, .deleteAll:
            guard user == button.owner || mayManage, let message = MessageID(button.note), let channel = interaction.channelID else {
                return .whisper(GenerateText.notYoursToDelete)
            }
            let isAll = button.action == .deleteAll
            return Reaction(response: .deferredUpdate) { address in
                let text = try await delete(message, in: channel, record: isAll ? button.requestID : nil, for: user)
                await replies.sayAtOnce(text, to: address)
            }
        default: return .whisper(RoutingText.unknownButton)
        }
    }

    private func isOwner(_ user: UInt64, of requestID: RequestID) async throws -> Bool {
        try await jobs.job(requestID)?.user == String(user)
    }

    /// - Returns: what to tell the person.
    private func delete(_ message: MessageID, in channel: ChannelID, record: RequestID?, for user: UInt64) async throws -> String {
        var isErased = false
        if let record, try await isOwner(user, of: record) {
            isErased = try await jobs.erase([record]).contains(record)
            if isErased { try await shelf?.remove([record]) }
        }
        let isGone = await replies.delete(message, in: channel)
        if record != nil, !isErased { return GenerateText.notErased }
        return isGone ? GenerateText.deleted(record: isErased) : GenerateText.notDeleted(record: isErased)
    }
}
