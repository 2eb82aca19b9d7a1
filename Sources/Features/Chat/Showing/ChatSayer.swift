import Discord
import DiscordModels
import Inference
import Jobs
import Logging
import Memory
import Support

/// Says whole answers: in the messages in which they were shown while they were written, and in as many more as it takes.
///
/// Each message may be said again without being there twice: those that are written down are edited, new ones carry a nonce, and
/// after a failed attempt the channel is searched for what got through unnoticed.
struct ChatSayer: AnswerSayer {
    /// An answer of more messages goes on in a file.
    static let mostMessages = 5

    let memories: Memories
    let replies: DiscordReplies
    let components: ChatComponents
    let clock: any WallClock
    let logger: Logger

    var feature: String { ChatAnswer.feature }

    func say(
        _ envelope: AnswerEnvelope, for requestID: RequestID, receipt: (Payment) -> String?, isRetry: Bool
    ) async throws -> (message: MessageID, payment: Payment) {
        let body: ChatAnswer.Body = try envelope.decodeBody()
        let order = ChatOrder(model: "", reply: envelope.address, message: body.message)
        let exchange = try await memories.exchanges.exchange(requestID)
        let payment = Self.payment(body, exchange)
        guard let pieces = pieces(body.answer, exchange, requestID, order, receipt: receipt(payment)) else {
            throw Speaker.NoWay(reason: "the question was taken back")
        }
        var shown = try await memories.exchanges.messages(of: requestID)
        let mayHaveGotThrough = isRetry || exchange.map { clock.now() - $0.askedAt > .seconds(120) } ?? true
        var said: [MessageID] = []
        for (index, piece) in pieces.enumerated() {
            let message = try await say(
                piece, at: index, of: requestID, order, shown: shown[index], after: said.last, mayHaveGotThrough: mayHaveGotThrough)
            if shown[index] == nil, exchange != nil {
                _ = try await memories.exchanges.note(MessageKey(message.rawValue), as: index, of: requestID)
            }
            shown[index] = nil
            said.append(message)
        }
        // The answer was longer while it was written, or before it was written anew.
        if let channel = order.reply.channelID {
            for surplus in shown.values { await replies.delete(MessageID(surplus.rawValue), in: ChannelID(channel)) }
        }
        if let exchange, exchange.isRemembered, let turn = try await turn(of: exchange) {
            try await memories.conversations.link(said.map { MessageKey($0.rawValue) }, to: turn.id)
        }
        guard let first = said.first else { throw Speaker.NoWay(reason: "the answer has no words") }
        return (first, payment)
    }

    /// Tokens that were read and written, in begun thousands; nothing for what was not answered.
    private static func payment(_ body: ChatAnswer.Body, _ exchange: Exchange?) -> Payment {
        guard let units = body.units, body.answer == .written, let details = exchange?.decodeDetails() else { return .void }
        return .earned(done: min(units, ChatDetails.thousands(details.usage?.totalTokens ?? 0)), asked: units)
    }

    /// The turn that the answer has become.
    private func turn(of exchange: Exchange) async throws -> Turn? {
        let task = (try? exchange.decodeQuestion())?.task
        switch task {
        case .again(let id?), .goOn(let id?, _): return try await memories.conversations.turn(id)
        case .answer, .again(nil), .goOn(nil, _), nil:
            return try await memories.conversations.turn(of: exchange.requestID, .assistant, in: exchange.key)
        }
    }

    // MARK: One message

    private struct Piece {
        var content: String
        var components: [Component] = []
        var files: [FileUpload] = []

        var edit: MessageEdit { MessageEdit(content: content, components: components, files: files, keptAttachments: []) }
    }

    private func say(
        _ piece: Piece, at index: Int, of requestID: RequestID, _ order: ChatOrder, shown: MessageKey?, after previous: MessageID?,
        mayHaveGotThrough: Bool
    ) async throws -> MessageID {
        if index == 0, order.reply.hasToken(at: clock.now()) {
            do { return try await replies.edit(order.reply, piece.edit).id } catch let error as DiscordAPIError
                where error.isInteractionGone || error.kind == .refused
            {
                logger.info("A command cannot be answered in place", metadata: ["request": "\(requestID)", "error": "\(error)"])
            }
        }
        guard let channel = order.reply.channelID.map({ ChannelID($0) }) else { throw Speaker.NoWay(reason: "no channel is known") }
        do {
            if let shown { return try await replies.edit(MessageID(shown.rawValue), in: channel, piece.edit).id }
            if mayHaveGotThrough, let found = try await find(piece, at: index, of: requestID, order, in: channel, after: previous) {
                return try await replies.edit(found, in: channel, piece.edit).id
            }
            var message = order.message(piece.content, at: index, of: requestID, components: piece.components)
            message.files = piece.files
            let posted = try await replies.send(message, to: channel)
            // By its nonce it was there already, with the words and buttons of that moment.
            if posted.content != piece.content || posted.customIDs != piece.components.customIDs {
                _ = try await replies.edit(posted.id, in: channel, piece.edit)
            }
            return posted.id
        } catch let error as DiscordAPIError where error.isUnknownMessage {
            // Somebody took the answer away; it is not forced upon them again.
            throw Speaker.NoWay(reason: "the answer's message was deleted")
        } catch let error as DiscordAPIError where error.isForbidden || error.isUnknownChannel {
            throw Speaker.NoWay(reason: "the channel is closed to the bot: \(error)")
        }
    }

    /// A message of an earlier attempt whose sending got through unnoticed.
    private func find(
        _ piece: Piece, at index: Int, of requestID: RequestID, _ order: ChatOrder, in channel: ChannelID, after previous: MessageID?
    ) async throws -> MessageID? {
        let after = max(requestID.rawValue & ~(1 << 63), previous?.rawValue ?? 0)
        let messages = (try? await replies.messages(in: channel)) ?? []
        return messages.reversed().first { message in
            guard message.author.isBot == true, message.id.rawValue > after else { return false }
            if index == 0, let asked = order.message { return message.reference?.messageID?.rawValue == asked }
            return message.content == piece.content
        }?.id
    }

    // MARK: What is said

    /// Nil: the question is gone, and there is nothing to say.
    private func pieces(
        _ answer: ChatAnswer, _ exchange: Exchange?, _ requestID: RequestID, _ order: ChatOrder, receipt: String?
    ) -> [Piece]? {
        let owner = order.reply.userID
        let end = receipt.map { "\n" + $0 } ?? ""
        switch answer {
        case .refused(let reason): return [Piece(content: reason)]
        case .failed(let reason):
            return [Piece(content: ChatText.failed(reason) + end, components: components.ended(requestID, owner: owner))]
        case .stopped: return [Piece(content: ChatText.stopped + end, components: components.ended(requestID, owner: owner))]
        case .written: break
        }
        guard let exchange, let written = exchange.answer, let details = exchange.decodeDetails() else { return nil }
        let question = try? exchange.decodeQuestion()
        let splitter = MessageSplitter()
        var texts = splitter.split(written.text)
        var files: [FileUpload] = []
        if texts.count > Self.mostMessages {
            texts = Array(texts.prefix(Self.mostMessages - 1)) + [ChatText.restInFile]
            files = [FileUpload(filename: "answer.md", contentType: "text/markdown", bytes: Array(written.text.utf8))]
        }
        for note in [ChatText.note(details, offersMemory: question?.offersMemory == true), receipt].compactMap(\.self) {
            if let last = texts.last, last.utf16.count + note.utf16.count + 1 <= splitter.limit {
                texts[texts.count - 1] = "\(last)\n\(note)"
            } else {
                texts.append(note)
            }
        }
        var pieces = texts.map { Piece(content: $0) }
        guard !pieces.isEmpty else { return nil }
        pieces[pieces.count - 1].files = files
        pieces[pieces.count - 1].components = components.written(
            requestID, owner: owner, ending: details.ending, hasThoughts: !written.reasoning.isEmpty,
            canFork: exchange.isRemembered && exchange.guild != .directMessages && exchange.key.scope != .thread,
            offersMemory: question?.offersMemory == true)
        return pieces
    }
}

extension Message {
    fileprivate var customIDs: [String] { (components ?? []).customIDs }
}

extension [Component] {
    /// Of its buttons.
    fileprivate var customIDs: [String] {
        flatMap(\.flattened).compactMap { if case .button(let button) = $0 { button.customID } else { nil } }
    }
}
