import DiscordModels
import Support
import Synchronization

/// Answers one interaction, whatever stands already: the first answer within three seconds, edits and followups after it.
///
/// Knows Discord's rules of the order; knows nothing of what is said. One for each interaction received.
/// Source: https://discord.com/developers/docs/interactions/receiving-and-responding
public final class InteractionResponder: Sendable {
    /// How a first answer ended.
    public enum Acknowledgement: Sendable, Hashable {
        case done
        /// The interaction had been answered before, by this process or another.
        case already
    }

    /// What the interaction has been told so far.
    private enum Phase: Sendable, Hashable {
        case fresh, answering
        /// "… is thinking": the next message replaces it.
        case thinking
        case answered
    }

    public let interaction: Interaction
    public let window: InteractionWindow
    private let client: RESTClient
    private let clock: any WallClock
    private let phase = Mutex(Phase.fresh)

    /// - Parameter receivedAt: when its bytes had been read.
    public init(_ interaction: Interaction, client: RESTClient, clock: any WallClock, receivedAt: Timestamp) {
        self.interaction = interaction
        self.client = client
        self.clock = clock
        window = InteractionWindow(interaction.id, receivedAt: receivedAt)
    }

    /// Bytes a file of an answer may have here.
    public var fileBytes: Int { interaction.attachmentSizeLimit ?? Limits.fileBytes }

    // MARK: The first answer

    /// "… is thinking", for a command or a modal; the answer follows by ``editOriginal(_:)`` or ``reply(_:)``.
    @discardableResult
    public func acknowledge(ephemeral: Bool = false) async throws -> Acknowledgement {
        try await first(.deferredMessage(ephemeral: ephemeral), then: .thinking)
    }

    /// For a component: nothing to see yet; its message may be changed by ``editOriginal(_:)``.
    @discardableResult
    public func deferUpdate() async throws -> Acknowledgement { try await first(.deferredUpdate, then: .answered) }

    /// For a component: changes the message that it is on.
    @discardableResult
    public func update(_ edit: MessageEdit) async throws -> Acknowledgement { try await first(.update(edit), then: .answered) }

    @discardableResult
    public func openModal(_ modal: Modal) async throws -> Acknowledgement { try await first(.modal(modal), then: .answered) }

    /// For autocomplete: what is offered; at most 25, more are left out.
    @discardableResult
    public func offer(_ choices: [CommandChoice]) async throws -> Acknowledgement {
        try await first(.choices(Array(choices.prefix(Limits.choices))), then: .answered)
    }

    /// Says something in the way that is still open: as the first answer, in place of "… is thinking", or as a followup.
    public func reply(_ message: OutgoingMessage) async throws {
        switch phase.withLock({ $0 }) {
        case .fresh, .answering:
            if try await first(.message(message), then: .answered) == .already { try await followUp(message) }
        case .thinking:
            try await editOriginal(MessageEdit(replacingWith: message))
            phase.withLock { $0 = .answered }
        case .answered: try await followUp(message)
        }
    }

    // MARK: Afterwards

    @discardableResult
    public func editOriginal(_ edit: MessageEdit) async throws -> Message {
        try await client.editOriginalResponse(
            application: interaction.applicationID, token: interaction.token, edit, fileBytes: fileBytes)
    }

    public func original() async throws -> Message {
        try await client.originalResponse(application: interaction.applicationID, token: interaction.token)
    }

    public func deleteOriginal() async throws {
        try await client.deleteOriginalResponse(application: interaction.applicationID, token: interaction.token)
    }

    @discardableResult
    public func followUp(_ message: OutgoingMessage) async throws -> Message {
        try await client.createFollowup(
            application: interaction.applicationID, token: interaction.token, message, fileBytes: fileBytes)
    }

    @discardableResult
    public func editFollowup(_ message: MessageID, _ edit: MessageEdit) async throws -> Message {
        try await client.editFollowup(
            application: interaction.applicationID, token: interaction.token, message: message, edit, fileBytes: fileBytes)
    }

    public func deleteFollowup(_ message: MessageID) async throws {
        try await client.deleteFollowup(application: interaction.applicationID, token: interaction.token, message: message)
    }

    /// Sends the first answer once. Too late, by our clock or by Discord's word, throws an error of the kind `expired`.
    private func first(_ response: InteractionResponse, then next: Phase) async throws -> Acknowledgement {
        let isMine = phase.withLock { phase in
            guard phase == .fresh else { return false }
            phase = .answering
            return true
        }
        guard isMine else { return .already }
        do {
            try await client.respond(
                to: interaction.id, token: interaction.token, with: response, within: window.acknowledgeBefore - clock.now(),
                fileBytes: fileBytes)
            phase.withLock { $0 = next }
            return .done
        } catch let error as DiscordAPIError where error.isAlreadyAcknowledged {
            phase.withLock { $0 = next }
            return .already
        } catch {
            phase.withLock { $0 = .fresh }
            throw error
        }
    }
}

extension MessageEdit {
    /// Makes a message that is there into this one.
    public init(replacingWith message: OutgoingMessage) {
        self.init(
            content: message.content ?? "", embeds: message.embeds, components: message.components,
            allowedMentions: message.allowedMentions,
            files: message.files, keptAttachments: [])
    }
}
