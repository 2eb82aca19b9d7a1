import Credits
import Inference

/// What a painting will cost, told before anybody asks for it: in choices, on buttons, over forms. By the prices of the moment.
struct PaintingCosts: Sendable {
    /// What so many pictures by a model cost; nil where they are free.
    let price: @Sendable (_ model: String, _ count: Int) -> CreditAmount?
    let rules: PaintingRules
    let cards: [ImageModelCard]

    /// A picture's by each of the models; nil for those that paint for nothing.
    var ofEachModel: [CreditAmount?] { cards.map { price($0.name, 1) } }

    /// So many pictures by that model, or by the usual one; nil where that is free, or there is no such model.
    func cost(of count: Int?, model: String? = nil, in guild: UInt64?) async -> CreditAmount? {
        let settings = (try? await rules.settings(of: guild)) ?? PaintingSettings()
        guard let card = try? OrderMaker(cards: cards, settings: settings).card(model) else { return nil }
        return price(card.name, count ?? settings.usualCount)
    }

    /// What is offered under a painting.
    func costs(of order: GenerateOrder, in guild: UInt64?) async -> GenerateComponents.Costs {
        .init(again: price(order.model, order.count), variations: await cost(of: nil, model: order.model, in: guild))
    }
}
