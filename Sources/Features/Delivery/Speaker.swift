import Discord
import DiscordModels
import Logging
import Support

/// Says an answer by the best way that is open: in place of the interaction's response; when its token is dead, as a message
/// in the channel that calls the user; when the channel is closed to the bot, as a direct message.
///
/// Every way may be tried again without saying it twice: edits are idempotent, messages carry the request as enforced nonce,
/// and before a message is tried again the channel is searched for it.
struct Speaker: Sendable {
    let replies: DiscordReplies
    let clock: any WallClock
    let logger: Logger

    /// An answer that got through.
    struct Said: Sendable, Hashable {
        let message: MessageID
        /// Whether its files did too.
        let isWhole: Bool
    }

    /// No way is open, and none will be.
    struct NoWay: Error {
        let reason: String
    }

    /// - Parameters:
    ///   - isRetry: whether an earlier attempt may have got through unnoticed.
    ///   - isAnswer: whether a message's buttons are those of this answer.
    func say(
        _ answer: RenderedAnswer, for requestID: RequestID, to address: ReplyAddress, isRetry: Bool,
        isAnswer: @Sendable ([Component]) -> Bool
    ) async throws -> Said {
        if address.hasToken(at: clock.now()) {
            do {
                return try await withoutFilesIfRefused(answer, requestID) { try await replies.edit(address, $0.edit).id }
            } catch let error as DiscordAPIError where error.isInteractionGone || error.kind == .refused {
                logger.info(
                    "The interaction cannot be answered in place; sending a message",
                    metadata: ["request": "\(requestID)", "error": "\(error)"])
            }
        }
        let user = UserID(address.userID)
        if let channelID = address.channelID.map({ ChannelID($0) }) {
            do {
                if isRetry, let found = try await find(answerIn: channelID, after: requestID, isAnswer: isAnswer) {
                    return Said(message: found.id, isWhole: answer.files.isEmpty || !found.attachments.isEmpty)
                }
                return try await withoutFilesIfRefused(answer, requestID) {
                    try await replies.send($0.message(to: user, nonce: requestID), to: channelID, fileBytes: address.attachmentLimit).id
                }
            } catch let error as DiscordAPIError where Self.isClosed(error) {
                logger.info("The channel is closed to the bot", metadata: ["request": "\(requestID)", "error": "\(error)"])
            }
        }
        do {
            let channelID = try await replies.openDirectChannel(with: user)
            if isRetry, let found = try await find(answerIn: channelID, after: requestID, isAnswer: isAnswer) {
                return Said(message: found.id, isWhole: answer.files.isEmpty || !found.attachments.isEmpty)
            }
            return try await withoutFilesIfRefused(answer, requestID) {
                try await replies.send($0.message(to: user, nonce: requestID), to: channelID).id
            }
        } catch let error as DiscordAPIError where Self.isClosed(error) {
            throw NoWay(reason: "the interaction is over, and neither the channel nor the user takes messages: \(error)")
        }
    }

    /// Discord refused what is sent, not where: the words at least must arrive.
    private func withoutFilesIfRefused(
        _ answer: RenderedAnswer, _ requestID: RequestID, _ send: (RenderedAnswer) async throws -> MessageID
    ) async throws -> Said {
        do {
            return Said(message: try await send(answer), isWhole: true)
        } catch let error as DiscordAPIError where Self.isAboutContent(error) && !answer.files.isEmpty {
            logger.error("Discord refused an answer's files", metadata: ["request": "\(requestID)", "error": "\(error)"])
            var words = answer
            words.files = []
            for index in words.embeds.indices { (words.embeds[index].thumbnail, words.embeds[index].image) = (nil, nil) }
            words.content =
                DisplayText.shortened(answer.content, limit: 1_800) + "\nDiscord refused the picture. The numbered buttons may still work."
            words.receipt = answer.receiptWithoutFiles
            return Said(message: try await send(words), isWhole: false)
        }
    }

    private func find(
        answerIn channelID: ChannelID, after requestID: RequestID, isAnswer: ([Component]) -> Bool
    ) async throws -> Message? {
        do {
            let messages = try await replies.messages(in: channelID)
            return messages.first { $0.id.rawValue > requestID.rawValue && $0.author.isBot == true && isAnswer($0.components ?? []) }
        } catch let error as DiscordAPIError where error.isForbidden {
            return nil
        }
    }

    private static func isClosed(_ error: DiscordAPIError) -> Bool {
        error.isForbidden || error.isUnknownChannel || error.code == .unknownGuild || error.code == .unknownUser
    }

    private static func isAboutContent(_ error: DiscordAPIError) -> Bool {
        error.kind == .invalidPayload || error.code == .requestTooLarge || error.code == .invalidForm || error.status == 413
    }
}
