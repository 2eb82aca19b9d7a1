import Inference
import Jobs
import Support

/// Paintings that come from earlier ones: the same again, edited, or like one picture of it. Reads what the queue keeps.
struct Repainting: Sendable {
    let jobs: any JobQueue
    let cards: [ImageModelCard]
    let rules: PaintingRules
    let submission: Submission
    let randomSeed: @Sendable () -> UInt64

    /// What was asked; nil where nobody remembers it.
    func order(of requestID: RequestID) async throws -> GenerateOrder? {
        try await jobs.job(requestID).flatMap { try? $0.arguments.decode() }
    }

    /// Whether the same seed paints the same again.
    func isRepeatable(_ order: GenerateOrder) -> Bool { cards.first { $0.name == order.model }?.abilities.seeds ?? true }

    /// The same with another seed.
    func again(_ parent: RequestID, as requestID: RequestID, from place: AskingPlace, _ address: ReplyAddress) async throws {
        try await submission.attempt(requestID, address) { try await anew(parent, as: requestID, from: place, address) }
    }

    /// The same, where somebody else is to hear why not.
    ///
    /// - Throws: ``Refusal``; then nothing was stored.
    func anew(_ parent: RequestID, as requestID: RequestID, from place: AskingPlace, _ address: ReplyAddress) async throws {
        guard var order = try await order(of: parent) else { throw Refusal(GenerateText.gone) }
        order.seed = randomSeed()
        try await enter(order, parent, as: requestID, from: place, address)
    }

    /// As a form says.
    func edited(
        _ parent: RequestID, _ answers: GenerateForm.Answers, as requestID: RequestID, from place: AskingPlace, _ address: ReplyAddress
    ) async throws {
        guard var order = try await order(of: parent) else { return try await submission.refuse(GenerateText.gone, requestID, address) }
        let card = cards.first { $0.name == order.model }
        order.prompt = answers.prompt
        if card?.abilities.negativePrompt == true { order.negativePrompt = answers.negativePrompt }
        if let card, !card.abilities.sizes.isEmpty {
            order.size = answers.size?.choose(from: card.abilities.sizes)
            guard answers.size == nil || order.size != nil else {
                let sizes = card.abilities.sizes.prefix(20).map(\.description).joined(separator: ", ")
                return try await submission.refuse("`\(card.name)` does not paint that size. It paints \(sizes).", requestID, address)
            }
        }
        order.count = answers.count ?? order.count
        order.seed = answers.seed ?? randomSeed()
        try await submit(order, parent, as: requestID, from: place, address)
    }

    /// One picture alone, painted again from its seed because it is no longer kept.
    func single(
        _ parent: RequestID, index: Int, as requestID: RequestID, from place: AskingPlace, _ address: ReplyAddress
    ) async throws {
        guard var order = try await order(of: parent), index < order.count, isRepeatable(order) else {
            return try await submission.refuse(GenerateText.gone, requestID, address)
        }
        order.seed &+= UInt64(index)
        order.count = 1
        try await submit(order, parent, as: requestID, from: place, address)
    }

    /// More like one picture: from the picture itself, where the model can start from one and it is still kept; else the same
    /// words with seeds next to its own.
    func variations(
        _ parent: RequestID, index: Int, as requestID: RequestID, from place: AskingPlace, _ address: ReplyAddress
    ) async throws {
        guard var order = try await order(of: parent), index < order.count else {
            return try await submission.refuse(GenerateText.gone, requestID, address)
        }
        let usual = try await rules.settings(of: place.guild).usualCount
        let card = cards.first { $0.name == order.model }
        let picture = try await jobs.outputFile(of: parent, named: GenerateFiles.single(index))
        if card?.abilities.initialImage == true, let picture {
            let given = try await GivenPicture.make(picture.bytes)
            order.start = .init(strength: 0.6, parent: parent, index: index)
            order.seed = randomSeed()
            order.count = usual
            order.reply = address
            return try await submission.submit(order, start: given.file(named: GenerateFiles.start), as: requestID, from: place)
        }
        // Behind those of the pictures that were painted with it.
        order.seed = order.seed &+ UInt64(index) &+ UInt64(order.count) &* UInt64(1 + index)
        order.count = usual
        try await submit(order, parent, as: requestID, from: place, address)
    }

    private func submit(
        _ order: GenerateOrder, _ parent: RequestID, as requestID: RequestID, from place: AskingPlace, _ address: ReplyAddress
    ) async throws {
        try await submission.attempt(requestID, address) { try await enter(order, parent, as: requestID, from: place, address) }
    }

    /// With the picture that the earlier one started from, if it did.
    private func enter(
        _ order: GenerateOrder, _ parent: RequestID, as requestID: RequestID, from place: AskingPlace, _ address: ReplyAddress
    ) async throws {
        var order = order
        order.reply = address
        var start: OutputFile?
        if order.start != nil {
            start = try await jobs.startingFile(of: parent, named: GenerateFiles.start)
            guard start != nil else { throw Refusal(GenerateText.startGone) }
        }
        try await submission.enter(order, start: start, as: requestID, from: place)
    }
}
