import Inference
import Support

/// Makes an order from what was asked: fills in what the guild or the model takes for usual, and refuses what the model cannot
/// follow, with the names of those that can. Pure.
struct OrderMaker: Sendable {
    let cards: [ImageModelCard]
    let settings: PaintingSettings

    /// - Parameter seed: where none was asked for.
    func order(_ input: GenerateInput, seed: UInt64, reply: ReplyAddress) throws(Refusal) -> GenerateOrder {
        let card = try card(input.model)
        var order = GenerateOrder(
            prompt: input.prompt, count: input.count ?? settings.usualCount, seed: input.seed ?? seed, model: card.name, reply: reply)
        order.negativePrompt = input.negativePrompt
        order.style = try style(input.style)
        order.size = try size(input.size, card)
        order.steps = input.steps
        order.guidance = input.guidance
        order.isSpoiler = input.isSpoiler
        if input.image != nil {
            order.start = .init(strength: input.strength ?? 0.6)
        } else if input.strength != nil {
            throw Refusal("The strength says how much of a picture may change; give a picture as `image` too.")
        }
        try check(order, card)
        return order
    }

    /// Whether the order's model follows all that it asks for.
    func check(_ order: GenerateOrder, _ card: ImageModelCard) throws(Refusal) {
        let abilities = card.abilities
        if order.negativePrompt != nil, !abilities.negativePrompt { throw cannot(card, "be told what not to paint", \.negativePrompt) }
        if order.start != nil, !abilities.initialImage { throw cannot(card, "start from a picture", \.initialImage) }
        if let size = order.size, !abilities.sizes.contains(size) { throw noSuchSize(card) }
        if let steps = order.steps {
            guard let range = abilities.steps else { throw cannot(card, "be told how many steps to take") { $0.steps != nil } }
            guard range.contains(steps) else {
                throw Refusal("`\(card.name)` takes \(range.lowerBound) to \(range.upperBound) steps.")
            }
        }
        if let guidance = order.guidance {
            guard let range = abilities.guidance else {
                throw cannot(card, "be told how closely to follow the prompt") { $0.guidance != nil }
            }
            guard range.contains(guidance) else {
                throw Refusal(
                    "`\(card.name)` takes a guidance from \(DisplayText.number(range.lowerBound)) to \(DisplayText.number(range.upperBound))."
                )
            }
        }
    }

    func card(_ name: String?) throws(Refusal) -> ImageModelCard {
        guard let first = cards.first else {
            throw Refusal("There is no model here to paint with. The operator can add one under `models:` in `troupe.yaml`.")
        }
        guard let name, !name.isEmpty else { return cards.first { $0.name == settings.model } ?? first }
        if let card = cards.first(where: { $0.name == name }) { return card }
        let names = cards.prefix(20).map { "`\($0.name)`" }.joined(separator: ", ")
        throw Refusal("There is no model called \(DisplayText.escaped(name, limit: 100)). There is: \(names).")
    }

    private func style(_ name: String?) throws(Refusal) -> PaintingStyle? {
        guard let name else { return nil }
        if let style = settings.styles.first(where: { $0.name.lowercased() == name.lowercased() }) { return style }
        guard !settings.styles.isEmpty else {
            throw Refusal(
                "This server has no styles yet. Who may manage the server can add one with `/settings style`.")
        }
        let names = settings.styles.map { DisplayText.escaped($0.name, limit: 40) }.joined(separator: ", ")
        throw Refusal("There is no style called \(DisplayText.escaped(name, limit: 40)). There is: \(names).")
    }

    /// The guild's usual size counts only where the model has it.
    private func size(_ wish: SizeWish?, _ card: ImageModelCard) throws(Refusal) -> ImageSize? {
        guard let wish else { return settings.size.flatMap { SizeWish($0) }.flatMap { $0.choose(from: card.abilities.sizes) } }
        guard let size = wish.choose(from: card.abilities.sizes) else { throw noSuchSize(card) }
        return size
    }

    private func noSuchSize(_ card: ImageModelCard) -> Refusal {
        let sizes = card.abilities.sizes
        guard !sizes.isEmpty else { return cannot(card, "be told a size") { !$0.sizes.isEmpty } }
        return Refusal(
            "`\(card.name)` does not paint that size. It paints \(sizes.prefix(20).map(\.description).joined(separator: ", ")).")
    }

    private func cannot(_ card: ImageModelCard, _ what: String, _ can: (ImageModelCard.Abilities) -> Bool) -> Refusal {
        let others = cards.filter { can($0.abilities) }.prefix(5).map { "`\($0.name)`" }.joined(separator: ", ")
        let advice = others.isEmpty ? "Leave it out." : "Leave it out, or pick \(others)."
        return Refusal("`\(card.name)` cannot \(what). \(advice)")
    }
}
