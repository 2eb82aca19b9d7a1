import DiscordModels
import Inference
import Jobs
import Logging
import Memory
import Support

/// Shows people their shelf, and posts from it.
struct Gallery: Sendable {
    let shelf: PictureShelf
    let jobs: any JobQueue
    let rules: PaintingRules
    let submission: Submission
    let replies: DiscordReplies
    let signer: ButtonSigner
    let logger: Logger

    /// Reads a page and shows it in place of the interaction's response; without promise, since asking again costs nothing.
    func show(of user: UInt64, words: String, edge: ShelfEdge?, to address: ReplyAddress) async {
        do {
            let page = try await shelf.page(of: PersonKey(user), words: words, edge: edge, limit: GalleryPage.length)
            await replies.sayAtOnce(await GalleryPage(signer: signer, owner: user, words: words, page: page).edit(), to: address)
        } catch {
            logger.error("a gallery could not be read", metadata: ["error": "\(error)"])
            await replies.sayAtOnce(RoutingText.cannotAccept, to: address)
        }
    }

    /// Posts a painting of theirs once more, for everybody.
    func post(_ painting: RequestID, as requestID: RequestID, from place: AskingPlace, to address: ReplyAddress) async throws {
        guard let job = try await jobs.job(painting), job.user == String(address.userID),
            var order = try? job.arguments.decode(GenerateOrder.self)
        else { return try await submission.refuse(GenerateText.gone, requestID, address) }
        if try await jobs.outputFile(of: painting, named: GenerateFiles.single(0)) == nil {
            // No longer kept: the same seed paints it again.
            guard order.start == nil else { return try await submission.refuse(GenerateText.startGone, requestID, address) }
            guard submission.cards.first(where: { $0.name == order.model })?.abilities.seeds ?? true else {
                return try await submission.refuse(GenerateText.gone, requestID, address)
            }
            order.reply = address
            return try await submission.submit(order, as: requestID, from: place)
        }
        do {
            let policy = PaintingPolicy(settings: try await rules.settings(of: place.guild), place: place)
            let isSpoiler = try policy.rule(prompt: order.request.prompt, count: 1).isSpoiler
            try await submission.answer(.shown(painting, isSpoiler: isSpoiler), requestID, address)
        } catch let error as Refusal {
            try await submission.refuse(error.userMessage, requestID, address)
        }
    }
}
