import Credits
import DiscordModels
import Inference
import Jobs
import Support
import Testing

@testable import Features

@Suite struct `The /generate command` {
    private let cards = [
        ImageModelCard(name: "pocket", summary: "Small and quick"), ImageModelCard(name: "big", summary: "Slow and good"),
        ImageModelCard(name: "bigger", summary: "Slower"), PlainPainter(able: "able").card,
    ]
    private let reply = ReplyAddress(
        applicationID: 1, token: Secret("t"), channelID: 2, guildID: 3, userID: 4, tokenExpiresAt: Timestamp(millisecondsSinceEpoch: 0),
        attachmentLimit: 10_000_000)

    private func order(_ options: [String: JSONValue], settings: PaintingSettings = .init(), cards: [ImageModelCard]? = nil) throws
        -> GenerateOrder
    {
        let cards = cards ?? self.cards
        let given = options.merging(["prompt": .string("a red circle")]) { own, _ in own }
        let data = InteractionData(options: given.map { InteractionOption(name: $0.key, kind: .string, value: $0.value) })
        return try OrderMaker(cards: cards, settings: settings).order(GenerateCommand(cards: cards).parse(data), seed: 99, reply: reply)
    }

    private func refusal(_ options: [String: JSONValue], settings: PaintingSettings = .init()) -> String? {
        #expect(throws: Refusal.self) { try order(options, settings: settings) }?.userMessage
    }

    @Test func `Discord takes its definition, and a wish is offered only where a model follows it`() throws {
        let able = GenerateCommand(cards: cards).definition
        try able.validate()
        let names = able.options.map(\.name)
        #expect(names.count == 12 && Set(["size", "negative", "steps", "guidance", "image", "strength"]).isSubset(of: names))
        let plain = GenerateCommand(cards: Array(cards.prefix(3))).definition
        try plain.validate()
        #expect(plain.options.map(\.name) == ["prompt", "count", "model", "style", "seed", "spoiler"])
    }

    @Test func `a prompt alone asks the first model for four pictures`() throws {
        let order = try order([:])
        #expect(order.prompt == "a red circle" && order.count == 4 && order.seed == 99 && order.model == "pocket")
        #expect(order.request == ImageRequest(prompt: "a red circle", count: 4, seed: 99))
    }

    @Test func `everything that is given counts`() throws {
        let order = try order([
            "count": .integer(9), "seed": .integer(7), "model": .string("able"), "negative": .string(" blur\n"), "size": .string("96x64"),
            "steps": .integer(20), "guidance": .number(7.5), "spoiler": .bool(true),
        ])
        #expect(
            order.request
                == ImageRequest(
                    prompt: "a red circle", count: 9, seed: 7, negativePrompt: "blur", size: ImageSize(width: 96, height: 64), steps: 20,
                    guidance: 7.5))
        #expect(order.isSpoiler == true)
    }

    @Test func `an empty prompt is refused with an example`() {
        let empty: [JSONValue] = [.null, .string(""), .string(" \n\t"), .string("\u{0}\u{200B}")]
        for prompt in empty { #expect(refusal(["prompt": prompt])?.contains("empty") == true) }
    }

    @Test func `a prompt of a thousand characters is taken and one of 5,000 refused`() throws {
        #expect(try order(["prompt": .string(String(repeating: "x", count: 1_000))]).prompt.count == 1_000)
        #expect(
            refusal(["prompt": .string(String(repeating: "x", count: 5_000))])
                == "The prompt has 5000 characters; at most 1000 are read. Shorten it.")
    }

    @Test func `counts and seeds out of range are refused`() {
        for count in [0, 100, -1, .max, .min] as [Int64] { #expect(refusal(["count": .integer(count)])?.contains("1 to 9") == true) }
        #expect(refusal(["count": .string("four")])?.contains("1 to 9") == true)
        for seed in [-1, 9_007_199_254_740_992, .min] as [Int64] { #expect(refusal(["seed": .integer(seed)])?.contains("seed") == true) }
        #expect(refusal(["seed": .number(1.5)])?.contains("seed") == true)
    }

    @Test func `a wish that the model cannot follow is refused with the name of one that can`() {
        for (wish, words) in [
            ("negative", "be told what not to paint"), ("size", "be told a size"), ("steps", "be told how many steps to take"),
            ("guidance", "be told how closely to follow the prompt"),
        ] {
            let value: JSONValue = wish == "steps" ? .integer(9) : wish == "guidance" ? .number(3) : .string(wish == "size" ? "64x64" : "x")
            #expect(refusal([wish: value]) == "`pocket` cannot \(words). Leave it out, or pick `able`.")
        }
        #expect(refusal(["model": .string("able"), "steps": .integer(51)]) == "`able` takes 1 to 50 steps.")
        #expect(refusal(["model": .string("able"), "guidance": .number(0.5)]) == "`able` takes a guidance from 1 to 20.")
        #expect(refusal(["model": .string("able"), "guidance": .number(.nan)])?.contains("number") == true)
        #expect(refusal(["strength": .number(0.5)])?.contains("give a picture as `image` too") == true)
    }

    @Test func `a size may be said in words, and comes as near as the model can`() throws {
        func size(_ text: String) throws -> String? { try order(["model": .string("able"), "size": .string(text)]).size?.description }
        #expect(try size("wide") == "96x64" && size("3:2") == "96x64" && size("Portrait") == "64x96" && size("square") == "64x64")
        #expect(try size("64 × 64".replacing(" ", with: "")) == "64x64")
        #expect(
            refusal(["model": .string("able"), "size": .string("65x64")])
                == "`able` does not paint that size. It paints 64x64, 96x64, 64x96.")
        for text in ["big", "0:1", "1:", "-1x5", "99999999999999999999:1", "1000:1"] {
            #expect(refusal(["model": .string("able"), "size": .string(text)])?.hasPrefix("I do not understand the size") == true)
        }
    }

    @Test func `what the guild takes for usual holds where nothing is said`() throws {
        var settings = PaintingSettings()
        (settings.model, settings.size, settings.count) = ("able", "portrait", 2)
        let order = try order([:], settings: settings)
        #expect(order.model == "able" && order.size?.description == "64x96" && order.count == 2)
        #expect(try self.order(["model": .string("big")], settings: settings).size == nil)
        settings.maximumCount = 1
        #expect(try self.order([:], settings: settings).count == 1)
        settings.model = "gone"
        #expect(try self.order([:], settings: settings).model == "pocket")
    }

    @Test func `a style puts its words around the prompt, and its unwanted ones beside the asker's`() throws {
        var settings = PaintingSettings()
        settings.styles = [
            PaintingStyle(name: "Ink", words: "ink drawing of {prompt}, black", negative: "colour"),
            PaintingStyle(name: "Oil", words: "oil"),
        ]
        let ink = try order(["style": .string("ink"), "model": .string("able"), "negative": .string("blur")], settings: settings)
        #expect(ink.prompt == "a red circle")
        #expect(ink.request.prompt == "ink drawing of a red circle, black" && ink.request.negativePrompt == "blur, colour")
        #expect(try order(["style": .string("Oil")], settings: settings).request.prompt == "a red circle, oil")
        #expect(refusal(["style": .string("@everyone")], settings: settings)?.contains("There is: Ink, Oil.") == true)
        #expect(refusal(["style": .string("ink")])?.contains("no styles yet") == true)
    }

    @Test func `an unknown model is refused with the names there are, and cannot mention anybody`() {
        let text = refusal(["model": .string("@everyone")]) ?? ""
        #expect(text.contains("`pocket`, `big`, `bigger`, `able`"))
        #expect(!text.contains("@everyone"))
    }

    @Test func `without any model it says what the operator can do`() {
        #expect(throws: Refusal.self) { try order([:], cards: []) }
    }

    @Test func `a picture that Discord does not tell of is refused`() {
        #expect(refusal(["image": .string("123"), "model": .string("able")])?.contains("Try again") == true)
    }
}

@Suite struct `What is offered while one types` {
    private let jobs = MemoryJobQueue()
    private let clock = ManualClock()

    private func offered(
        _ cards: [ImageModelCard], _ name: String, _ typed: String, beside options: [InteractionOption] = [],
        price: @escaping @Sendable (String, Int) -> CreditAmount? = { _, _ in nil }
    ) async -> [CommandChoice] {
        let focused = InteractionOption(name: name, kind: .string, value: .string(typed), isFocused: true)
        let interaction = Interaction(
            id: InteractionID(1), applicationID: ApplicationID(1), kind: .autocomplete, token: Secret("t"),
            data: InteractionData(name: "generate", options: options + [focused]), guildID: GuildID(3))
        let rules = PaintingRules(nil, clock: clock)
        let choices = GenerateChoices(
            cards: cards, rules: rules, jobs: jobs, costs: PaintingCosts(price: price, rules: rules, cards: cards))
        return await choices.choices(for: focused, in: interaction)
    }

    private let cards = [
        ImageModelCard(name: "pocket", summary: "Small", expectedSecondsPerImage: 0.4), ImageModelCard(name: "big", summary: "Good"),
        ImageModelCard(name: "bigger", summary: "Slower"), PlainPainter(able: "able").card,
    ]

    @Test func `models, best matches first, with their speed and price`() async {
        func names(_ typed: String) async -> [String] { await offered(cards, "model", typed).compactMap(\.value.string) }
        #expect(await names("") == ["pocket", "big", "bigger", "able"])
        #expect(await names("BIG") == ["big", "bigger"])
        #expect(await names("er") == ["bigger"])
        #expect(await names("zzz").isEmpty)
        #expect(await offered(cards, "model", "po")[0].name == "pocket: Small · 0.4 s a picture")
        #expect(
            await offered(cards, "model", "po", price: { _, _ in CreditAmount(3) })[0].name == "pocket: Small · 0.4 s a picture · 3 credits"
        )
        #expect(await offered(cards, "prompt", "x").isEmpty)
    }

    @Test func `how many, each number with what it costs by the chosen model`() async {
        let price: @Sendable (String, Int) -> CreditAmount? = { $0 == "pocket" ? nil : CreditAmount(Int64($1 * 2)) }
        let big = InteractionOption(name: "model", kind: .string, value: "big")
        let all = await offered(cards, "count", "", beside: [big], price: price)
        #expect(all.map(\.value) == (1...9).map { .integer($0) })
        #expect(all[0].name == "1 picture · 2 credits" && all[3].name == "4 pictures · 8 credits")
        #expect(await offered(cards, "count", "3", beside: [big], price: price).map(\.name) == ["3 pictures · 6 credits"])
        // The usual model is free.
        #expect(await offered(cards, "count", "2", price: price).map(\.name) == ["2 pictures"])
        for typed in ["0", "12", "many"] { #expect(await offered(cards, "count", typed, price: price).isEmpty) }
    }

    @Test func `without prices, how many is not offered`() throws {
        func count(_ isPriced: Bool) throws -> CommandOption {
            try #require(GenerateCommand(cards: cards, isPriced: isPriced).definition.options.first { $0.name == "count" })
        }
        #expect(try count(false).hasAutocomplete == nil && count(true).hasAutocomplete == true)
        try GenerateCommand(cards: cards, isPriced: true).definition.validate()
    }

    @Test func `what a picture costs stands behind what the command does, before anything is typed`() throws {
        func said(_ prices: [Int64?]) throws -> String {
            let command = GenerateCommand(cards: cards, isPriced: true, prices: { prices.map { $0.map(CreditAmount.init) } }).definition
            try command.validate()
            return command.description.replacing("Paint pictures of what you describe", with: "")
        }
        #expect(try said([2, 2]) == " · 2 credits a picture")
        #expect(try said([7, 2, 5]) == " · 2 to 7 credits a picture")
        #expect(try said([nil, 1]) == " · up to 1 credit a picture")
        for free in [[], [nil, nil]] as [[Int64?]] { #expect(try said(free).isEmpty) }
    }

    @Test func `the speed is what was measured lately`() async throws {
        let id = RequestID(5)
        _ = try await jobs.enqueue(NewJob(requestID: id, kind: "generate", queue: "pocket", user: "4", cost: 2), at: clock.now())
        let lease = try #require(try await jobs.claim(JobClaim(queues: ["pocket"], worker: "w"), at: clock.now()).first).lease
        _ = try await jobs.settle(lease, as: .completed, at: clock.now() + .seconds(7), answer: { _ in [] })
        #expect(await offered(cards, "model", "po")[0].name == "pocket: Small · 3.5 s a picture")
    }

    @Test func `the sizes of the model that was picked`() async {
        let able = InteractionOption(name: "model", kind: .string, value: .string("able"))
        #expect(await offered(cards, "size", "96", beside: [able]).map(\.name) == ["96x64 (landscape)", "64x96 (portrait)"])
        let pocket = InteractionOption(name: "model", kind: .string, value: .string("pocket"))
        #expect(await offered(cards, "size", "", beside: [pocket]).isEmpty)
        #expect(await offered(cards, "size", "").count == 3)
    }

    @Test func `no more than 25, and none longer than Discord takes`() async throws {
        let many = (0..<60).map { ImageModelCard(name: "m\($0)", summary: String(repeating: "s", count: 200)) }
        let choices = await offered(many, "model", "", price: { _, _ in CreditAmount(1_000) })
        #expect(choices.count == 25)
        try InteractionResponse.choices(choices).validate()
    }
}
