import Discord
import DiscordModels
import Jobs
import Memory
import Support

/// Where the picture of a question comes from.
enum PictureSource: Sendable, Hashable {
    case attachment(Attachment)
    case message(MessageID, in: ChannelID)
    /// The picture of an earlier question.
    case job(RequestID)

    /// A link to a message, as Discord copies it. Only of the channel where it was said: there the person sees it too.
    static func message(_ link: String, in interaction: Interaction) throws(TaskProblem) -> PictureSource {
        let parts = link.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard let start = parts.firstIndex(of: "channels"), parts.count == start + 4, let channel = ChannelID(parts[start + 2]),
            let message = MessageID(parts[start + 3])
        else { throw TaskProblem("That is no link to a message. Use \"Copy Message Link\" in its menu.") }
        guard channel == interaction.channelID else {
            throw TaskProblem("I read links only to messages of the channel we are in. There, the message's menu has \"Comprehend…\" too.")
        }
        return .message(message, in: channel)
    }
}

/// Fetches the pictures of questions.
struct PictureFinder: Sendable {
    let attachments: AttachmentDownloader
    let message: @Sendable (MessageID, ChannelID) async throws -> Message
    let jobs: any JobQueue

    /// - Throws: `UserFacingError` when there is none, or it cannot be used.
    func picture(_ source: PictureSource) async throws -> SeenPicture {
        if case .job(let requestID) = source { return try await jobs.seenPicture(of: requestID) }
        return try await SeenPicture.fetch(try await attachment(source), by: attachments)
    }

    func attachment(_ source: PictureSource) async throws -> Attachment {
        switch source {
        case .attachment(let attachment): return attachment
        case .message(let id, let channel):
            let found: Message
            do { found = try await message(id, channel) } catch let error as DiscordAPIError
                where error.isUnknownMessage || error.isForbidden
            {
                throw TaskProblem("I cannot see that message. Give the picture itself as `image`.")
            }
            guard let picture = found.attachments.first(where: \.looksLikePicture) else {
                throw TaskProblem("That message has no picture that I can see.")
            }
            return picture
        case .job: throw TaskProblem(SeeingText.gone)
        }
    }
}

extension JobQueue {
    /// An earlier question.
    func seeingOrder(of requestID: RequestID) async throws -> SeeingOrder {
        guard let order = try await job(requestID).flatMap({ try? $0.arguments.decode(SeeingOrder.self) }) else {
            throw TaskProblem(SeeingText.gone)
        }
        return order
    }

    /// The picture of an earlier question.
    func seenPicture(of requestID: RequestID) async throws -> SeenPicture {
        guard let file = try await startingFile(of: requestID, named: SeenPicture.fileName) else { throw TaskProblem(SeeingText.gone) }
        let isFirstFrame = try? await seeingOrder(of: requestID).isFirstFrame
        return SeenPicture(contentType: file.contentType, bytes: file.bytes, isFirstFrame: isFirstFrame == true)
    }
}
