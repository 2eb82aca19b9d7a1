import Discord
import DiscordModels
import Jobs
import Pictures
import Support

/// Says how a picture was made: of our own paintings from the record, of others from what is written in them.
struct PictureInfo: Sendable {
    /// Pictures of one message that are looked at.
    private static let pictures = 3

    let jobs: any JobQueue
    let components: GenerateComponents
    let replies: DiscordReplies
    let attachments: AttachmentDownloader

    /// For the person alone, once it has been looked at.
    func reaction(_ look: @escaping @Sendable () async throws -> String) -> Reaction {
        Reaction(response: .deferredMessage(ephemeral: true)) { address in
            let text: String
            do { text = try await look() } catch let error as any UserFacingError { text = error.userMessage }
            await replies.sayAtOnce(DisplayText.shortened(text, limit: Limits.content), to: address)
        }
    }

    func facts(of message: Message, by application: ApplicationID) async throws -> String {
        if message.author.id.rawValue == application.rawValue, let requestID = components.paintedRequest(in: message.components ?? []),
            let job = try await jobs.job(requestID), let order = try? job.arguments.decode(GenerateOrder.self)
        {
            let summary = try await jobs.output(of: requestID).flatMap { try? $0.summary.decode(GenerateSummary.self) }
            return GenerateText.facts(order, summary, job: job)
        }
        var texts: [String] = []
        for attachment in message.attachments.filter(\.mayBePicture).prefix(Self.pictures) { texts.append(try await facts(of: attachment)) }
        return texts.isEmpty ? GenerateText.noPicture : texts.joined(separator: "\n\n")
    }

    /// Looks at the header and the words in it; nothing is decoded.
    func facts(of attachment: Attachment) async throws -> String {
        let bytes = try await attachments.download(attachment, atMost: GivenPicture.fetchLimit)
        do {
            let header = try PictureHeader(bytes)
            return GenerateText.facts(
                PictureFacts(PNGText.read(from: bytes)), format: header.format.rawValue, width: header.width, height: header.height,
                isAnimated: header.isAnimated)
        } catch { throw Refusal("That cannot be read: \(error.description).") }
    }
}

/// "Picture info" in a message's menu.
struct PictureInfoMenu: CommandHandler {
    static let name = "Picture info"

    let info: PictureInfo

    var definition: NewApplicationCommand { NewApplicationCommand(kind: .message, name: Self.name, description: "") }

    func react(to interaction: Interaction) -> Reaction {
        guard let message = interaction.targetMessage else { return .whisper(GenerateText.noPicture) }
        return info.reaction { try await info.facts(of: message, by: interaction.applicationID) }
    }
}

/// `/info`: the same of a picture that one gives.
struct InfoCommand: CommandHandler {
    let info: PictureInfo

    var definition: NewApplicationCommand {
        NewApplicationCommand(
            name: "info", description: "How a picture was made, as far as it says",
            options: [
                CommandOption(kind: .attachment, name: "image", description: "PNG, JPEG, WebP or GIF, up to 10 MB", isRequired: true)
            ])
    }

    func react(to interaction: Interaction) -> Reaction {
        let data = interaction.data
        guard let id = data?.options?.first(where: { $0.name == "image" })?.value?.string.flatMap({ AttachmentID($0) }),
            let image = data?.resolved?.attachments?[id]
        else { return .whisper(GenerateText.noPicture) }
        return info.reaction { try await info.facts(of: image) }
    }
}
