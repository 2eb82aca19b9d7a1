import Credits
import DiscordModels
import Inference
import Support
import Testing

@testable import Features

@Suite struct `Buttons and forms of a painting` {
    private let components = GenerateComponents(signer: ButtonSigner(secret: Secret("k")))
    private let request = RequestID(9_007_199_254_740_993)

    private func labels(_ components: [Component]) -> [String] {
        components.flatMap(\.flattened).compactMap { if case .button(let button) = $0 { button.label } else { nil } }
    }

    @Test func `Discord takes what is under one, four and nine pictures`() throws {
        for (count, rows) in [(1, 1), (4, 3), (9, 4)] {
            let shown = components.painted(request, count: count, owner: 4)
            try MessageEdit(content: "x", components: shown).validate()
            #expect(shown.count == rows)
            #expect(labels(shown).count == (count == 1 ? 5 : count + 4))
        }
        #expect(labels(components.painted(request, count: 1, owner: 4)) == ["Again", "Edit prompt", "Variations", "Info", "Delete"])
        try MessageEdit(content: "x", components: components.single(request, index: 8, answering: RequestID(.max), owner: .max)).validate()
        let deletion = components.deletion(request, of: MessageID(.max), owner: .max, isOwn: true)
        try MessageEdit(content: "x", components: deletion).validate()
        #expect(labels(deletion) == ["Only this message", "Pictures and record too"])
    }

    @Test func `where a press costs something, the button, the menu and the form say so`() throws {
        let costs = GenerateComponents.Costs(again: CreditAmount(2), variations: CreditAmount(8))
        let one = components.painted(request, count: 1, owner: 4, costs: costs)
        #expect(labels(one) == ["Again · 2 credits", "Edit prompt", "Variations · 8 credits", "Info", "Delete"])
        let four = components.painted(request, count: 4, owner: 4, costs: costs)
        #expect(labels(four).contains("Again · 2 credits"))
        let menus = four.flatMap(\.flattened).compactMap { if case .select(let menu) = $0 { menu.placeholder } else { nil } }
        #expect(menus == ["Variations of… · 8 credits"])
        #expect(labels(components.ended(request, owner: 4, costs: costs)) == ["Try again · 2 credits", "Edit prompt"])
        let single = components.single(request, index: 1, answering: request, owner: 4, costs: costs)
        #expect(labels(single) == ["Variations · 8 credits", "Info", "Delete"])
        let form = GenerateForm.startingFrom(prompt: nil, cost: CreditAmount(1_000_000_000), customID: "f")
        #expect(form.title == "Paint from this picture · 1000000000 credits" && form.title.utf16.count <= Limits.modalTitle)
        try MessageEdit(content: "x", components: four).validate()
    }

    @Test func `a message tells by its buttons what it shows and which request it answers`() {
        let grid = components.painted(request, count: 4, owner: 4)
        #expect(components.variable(in: grid) == .several(request, count: 4) && components.request(in: grid) == request)
        let one = components.painted(request, count: 1, owner: 4)
        #expect(components.variable(in: one) == .single(request, index: 0) && components.request(in: one) == request)
        let single = components.single(request, index: 2, answering: RequestID(5), owner: 9)
        #expect(components.variable(in: single) == .single(request, index: 2))
        #expect(components.request(in: single) == RequestID(5) && components.paintedRequest(in: single) == request)
        let foreign = GenerateComponents(signer: ButtonSigner(secret: Secret("another")))
        #expect(foreign.variable(in: grid) == nil && foreign.request(in: grid) == nil && components.variable(in: []) == nil)
    }

    private var order: GenerateOrder {
        GenerateOrder(
            prompt: String(repeating: "x", count: 1_000), count: 4, seed: 7, model: "able",
            reply: ReplyAddress(
                applicationID: 1, token: Secret("t"), channelID: 2, guildID: 3, userID: 4,
                tokenExpiresAt: Timestamp(millisecondsSinceEpoch: 0),
                attachmentLimit: 10_000_000))
    }

    private func names(_ form: Modal) -> [String] {
        form.components.flatMap(\.flattened).compactMap { if case .textInput(let input) = $0 { input.customID } else { nil } }
    }

    @Test func `the form has the fields that the model follows, filled in`() throws {
        var order = order
        (order.negativePrompt, order.size) = ("blur", ImageSize(width: 64, height: 64))
        let whole = GenerateForm.editing(order, card: PlainPainter(able: "able").card, customID: "id")
        try InteractionResponse.modal(whole).validate()
        #expect(names(whole) == ["prompt", "negative", "size", "count", "seed"])
        let plain = GenerateForm.editing(order, card: nil, customID: "id")
        #expect(names(plain) == ["prompt", "count", "seed"])
        let from = GenerateForm.startingFrom(prompt: nil, customID: "id")
        try InteractionResponse.modal(from).validate()
        #expect(names(from) == ["prompt", "strength", "count"])
    }

    private func read(_ fields: [String: String]) throws -> GenerateForm.Answers {
        let rows = fields.map { Component.actionRow([.textInput(TextInput(customID: $0, style: .short, label: "", value: $1))]) }
        return try GenerateForm.read(InteractionData(components: rows))
    }

    @Test func `what is left empty is as usual, and what cannot be is refused with the reason`() throws {
        let some = try read(["prompt": " a\ncircle ", "count": "3", "seed": " ", "size": "wide", "strength": "0,25"])
        #expect(some.prompt == "a circle" && some.count == 3 && some.seed == nil && some.strength == 0.25)
        #expect(some.size == .ratio(width: 16, height: 9) && some.negativePrompt == nil)
        for wrong in [
            ["prompt": ""], [:], ["prompt": "x", "count": "many"], ["prompt": "x", "count": "10"], ["prompt": "x", "seed": "-1"],
            ["prompt": "x", "seed": "1e3"], ["prompt": "x", "strength": "2"], ["prompt": "x", "strength": "nan"],
            ["prompt": "x", "size": "huge"], ["prompt": String(repeating: "x", count: 1_001)],
        ] { #expect(throws: Refusal.self, "\(wrong)") { try read(wrong) } }
    }
}
