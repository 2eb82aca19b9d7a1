import DiscordModels
import Inference
import Jobs
import Support
import Testing

@testable import Features

@Suite struct `What /generate says` {
    private let prompt = "two red circles above a blue square"

    private func order(count: Int = 4, prompt: String? = nil, model: String = "pocket") -> GenerateOrder {
        GenerateOrder(
            prompt: prompt ?? self.prompt, count: count, seed: 7, model: model,
            reply: ReplyAddress(
                applicationID: 1, token: Secret("t"), channelID: 2, guildID: 3, userID: 4,
                tokenExpiresAt: Timestamp(millisecondsSinceEpoch: 0),
                attachmentLimit: 10_000_000))
    }

    private func summary(_ milliseconds: Int64 = 2_140) -> GenerateSummary {
        GenerateSummary(model: "pocket", seeds: [7, 8, 9, 10], milliseconds: milliseconds, shown: "grid")
    }

    @Test func `while it waits: position and estimate`() {
        #expect(
            GenerateText.waiting(prompt: prompt, position: 1, estimate: .milliseconds(1_900))
                == "Painting… position 1, about 2 s\n> two red circles above a blue square")
        #expect(
            GenerateText.waiting(prompt: prompt, position: 12, estimate: nil)
                == "Painting… position 12\n> two red circles above a blue square")
    }

    @Test func `while it runs: a bar and what is left`() {
        #expect(
            GenerateText.running(prompt: prompt, fraction: 0.42, remaining: .seconds(3))
                == "Painting… ▰▰▰▰▱▱▱▱▱▱ 42 %, about 3 s left\n> two red circles above a blue square")
    }

    @Test func `between attempts, when cancelled, when it failed`() {
        #expect(
            GenerateText.retrying(prompt: prompt, estimate: .seconds(4))
                == "That attempt failed; trying again in about 4 s…\n> two red circles above a blue square")
        #expect(GenerateText.cancelling(prompt: prompt) == "Cancelling…\n> two red circles above a blue square")
        #expect(GenerateText.cancelled(prompt: prompt) == "Cancelled.\n> two red circles above a blue square")
        #expect(
            GenerateText.failed(prompt: prompt, reason: "big cannot be reached at the moment. Try again in a few minutes.")
                == "big cannot be reached at the moment. Try again in a few minutes.\n> two red circles above a blue square")
    }

    @Test func `the answer: prompt, seed, model and time`() {
        #expect(
            GenerateText.painted(order(), summary(), card: nil)
                == "**two red circles above a blue square**\nseed `7` · model `pocket` · 4 pictures painted in 2.1 s")
        #expect(
            GenerateText.painted(order(count: 1), summary(), card: nil)
                == "**two red circles above a blue square**\nseed `7` · model `pocket` · painted in 2.1 s")
    }

    @Test func `a single picture: which one, and its own seed`() {
        #expect(
            GenerateText.single(order(), index: 2, seed: 9)
                == "Picture 3 of **two red circles above a blue square**\nseed `9` · model `pocket`")
    }

    @Test func `a word outside a small model's world gets a polite line`() throws {
        let card = ImageModelCard(name: "pocket", summary: "", knownWords: ["a", "red", "circle", "dragon's"])
        #expect(GenerateText.smallWorld("A red circle!", card: card) == nil)
        let line = try #require(GenerateText.smallWorld("a red dragon, a **Dragon** and a knight", card: card))
        #expect(line.hasPrefix("-# This is `pocket`, a small painter that does not know *dragon*, *and*, *knight*; this is its best try."))
        #expect(line.contains("It knows: a, circle, red."))
        #expect(line.contains("`models:` in `troupe.yaml`"))
        #expect(GenerateText.smallWorld("anything", card: ImageModelCard(name: "big", summary: "")) == nil)
    }

    @Test func `the longest prompt and the largest vocabulary still fit into a message`() throws {
        let words = Set(
            (0..<2_000).map {
                "word" + String($0, radix: 26).map { String(UnicodeScalar(UInt8(97 + Int(String($0), radix: 26)!))) }.joined()
            })
        let card = ImageModelCard(name: "pocket", summary: "", knownWords: words)
        let worst = (0..<125).map { "*_<@\($0)" }.joined(separator: " ")
        let text = GenerateText.painted(order(prompt: worst), summary(), card: card)
        let answer = RenderedAnswer(content: text)
        try answer.edit.validate()
        try answer.message(to: UserID(.max), nonce: RequestID(.max)).validate()
    }

    @Test func `buttons: one for each picture, what can be done next, and a menu of variations`() throws {
        let components = GenerateComponents(signer: ButtonSigner(secret: Secret("k")))
        func labels(_ rows: [Component]) -> [[String]] {
            rows.map { row in
                row.flattened.compactMap {
                    switch $0 {
                    case .button(let button): button.label
                    case .select(let menu): menu.placeholder
                    default: nil
                    }
                }
            }
        }
        let next = ["Again", "Edit prompt", "Info", "Delete"]
        #expect(labels(components.painted(RequestID(5), count: 4, owner: 1)) == [["1", "2", "3", "4"], next, ["Variations of…"]])
        #expect(
            labels(components.painted(RequestID(5), count: 9, owner: 1))
                == [["1", "2", "3", "4", "5"], ["6", "7", "8", "9"], next, ["Variations of…"]])
        #expect(labels(components.painted(RequestID(5), count: 1, owner: 1)) == [["Again", "Edit prompt", "Variations", "Info", "Delete"]])
        #expect(labels(components.ended(RequestID(5), owner: 1)) == [["Try again", "Edit prompt"]])
        let single = components.single(RequestID(5), index: 2, answering: RequestID(9), owner: 1)
        #expect(labels(single) == [["Variations", "Info", "Delete"]])
        #expect(components.request(in: single) == RequestID(9) && components.paintedRequest(in: single) == RequestID(5))
        #expect(components.variable(in: single) == .single(RequestID(5), index: 2))
        #expect(components.variable(in: components.painted(RequestID(5), count: 9, owner: 1)) == .several(RequestID(5), count: 9))
        #expect(components.variable(in: components.painted(RequestID(5), count: 1, owner: 1)) == .single(RequestID(5), index: 0))
        #expect(labels(components.waiting(RequestID(5), owner: 1)) == [["Cancel"]])
        #expect(components.request(in: components.painted(RequestID(5), count: 9, owner: 1)) == RequestID(5))
        #expect(components.request(in: []) == nil)
        try OutgoingMessage(content: "x", components: components.painted(RequestID(.max), count: 9, owner: .max)).validate()
    }

    @Test func `a message of its own calls the user and nobody else, and carries the request as nonce`() {
        let message = RenderedAnswer(content: "@everyone hi").message(to: UserID(4), nonce: RequestID(99))
        #expect(message.content == "<@4> @everyone hi")
        #expect(message.allowedMentions == .only(UserID(4)))
        #expect(message.nonce == "99")
    }
}
