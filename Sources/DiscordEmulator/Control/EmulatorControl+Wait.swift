public import DiscordModels
import Foundation
import Support

/// Waiting for what a bot does.
extension EmulatorControl {
    /// What became of an interaction.
    public struct Outcome: Sendable {
        public enum State: String, Sendable {
            case pending, acknowledged, answered, failed
        }

        public let state: State
        /// After how long the bot acknowledged and answered; nil if it did not.
        public let acknowledgedAfter: Duration?
        public let answeredAfter: Duration?
        /// "The application did not respond"
        public let error: String?
        /// What `@original` is.
        public let message: Message?
        public let followups: [Message]
        /// The custom id of the modal it opened.
        public let modalID: String?
    }

    /// Waits until an interaction is answered (not only deferred) or has failed, and gives what there is when the time is over.
    ///
    /// - Parameters:
    ///   - attachments: the answer must have at least so many files.
    ///   - text: the answer must show this.
    public func settle(
        _ interaction: InteractionID, attachments: Int? = nil, showing text: String? = nil, atMost timeout: Duration = .seconds(60)
    ) async throws -> Outcome {
        let expectation = Expectation(mustSettle: true, attachments: attachments, text: text)
        let id = ID(interaction.rawValue)
        _ = await core.wait(atMost: timeout) { state in expectation.look(at: id, in: state) }
        return try outcome(of: interaction)
    }

    /// What became of an interaction up to now.
    public func outcome(of interaction: InteractionID) throws -> Outcome {
        let (record, original, followups) = try play { (state) throws(World.PlayError) in
            guard let record = state.world.interactions[ID(interaction.rawValue)] else {
                throw World.PlayError("There is no such interaction.", status: 404)
            }
            let original = record.originalMessageID.flatMap { state.world.messages[$0] }.map { state.world.show($0, for: userID) }
            let followups = record.followupIDs.compactMap { state.world.messages[$0] }.map { state.world.show($0, for: userID) }
            return (record, original, followups)
        }
        let decoder = JSONDecoder()
        return Outcome(
            state: Outcome.State(rawValue: record.state.rawValue) ?? .pending,
            acknowledgedAfter: record.acknowledgedAt.map { $0 - record.createdAt },
            answeredAfter: record.answeredAt.map { $0 - record.createdAt }, error: record.error,
            message: try original.map { try decoder.decode(Message.self, from: Data($0.bytes)) },
            followups: try followups.map { try decoder.decode(Message.self, from: Data($0.bytes)) },
            modalID: record.modal?["custom_id"]?.string)
    }

    /// Waits for a message in a channel that this person sees and that satisfies `condition`; nil if the time is over.
    public func waitForMessage(
        in channel: ChannelID = EmulatorControl.general, atMost timeout: Duration = .seconds(60),
        where condition: @escaping @Sendable (Message) -> Bool
    ) async -> Message? {
        let user = userID
        let room = ID(channel.rawValue)
        return await core.wait(atMost: timeout) { state -> EmulatorCore.Look<Message> in
            for record in state.world.visibleMessages(in: room, to: user, limit: 100) {
                let shown = Data(state.world.show(record, for: user).bytes)
                if let message = try? JSONDecoder().decode(Message.self, from: shown), condition(message) { return .found(message) }
            }
            return .notYet
        }
    }
}
