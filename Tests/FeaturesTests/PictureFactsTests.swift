import Inference
import Pictures
import Support
import Testing

@testable import Features

@Suite struct `What a picture says of how it was made` {
    @Test func `what is written is read back`() throws {
        var order = GenerateOrder(
            prompt: "a red circle, \"quoted\"\u{1F600}", count: 2, seed: 7, model: "able",
            reply: ReplyAddress(
                applicationID: 1, token: Secret("t"), channelID: 2, guildID: 3, userID: 4,
                tokenExpiresAt: Timestamp(millisecondsSinceEpoch: 0),
                attachmentLimit: 10_000_000))
        (order.negativePrompt, order.size, order.steps, order.guidance) = ("blur", ImageSize(width: 96, height: 64), 20, 7.5)
        order.style = PaintingStyle(name: "Ink", words: "ink", negative: nil)
        let facts = PictureFacts(order, seed: 8)
        let picture = try Picture(width: 2, height: 1, pixels: [0, 0, 0, 9, 9, 9]).png(text: facts.pngText)
        #expect(PictureFacts(PNGText.read(from: picture)) == facts)
        #expect(facts.seed == "8" && facts.size == "96x64" && facts.guidance == "7.5" && facts.style == "Ink" && facts.software == "Troupe")
    }

    @Test func `Stable Diffusion WebUI's parameters are understood`() throws {
        let text = """
            a castle, (detailed:1.2)
            second line
            Negative prompt: blur, Steps of stone
            Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 42, Size: 512x768, Model hash: ab, Model: "deli, berate", Version: v1.6
            """
        let facts = try #require(PictureFacts([PNGText("parameters", text)]))
        #expect(facts.prompt == "a castle, (detailed:1.2) second line" && facts.negativePrompt == "blur, Steps of stone")
        #expect(facts.steps == "20" && facts.guidance == "7" && facts.seed == "42" && facts.size == "512x768")
        #expect(facts.model == "\"deli, berate\"" && facts.software == "Stable Diffusion WebUI")
    }

    @Test func `a prompt alone, or nothing at all, is no mistake`() {
        #expect(PictureFacts([PNGText("parameters", "a castle")])?.prompt == "a castle")
        #expect(PictureFacts([PNGText("parameters", "")])?.prompt == "")
        #expect(PictureFacts([]) == nil)
        #expect(PictureFacts([PNGText("comment", "hello"), PNGText("software", "GIMP")]) == nil)
    }

    @Test func `however long and strange it is, what is shown is bounded and mentions nobody`() throws {
        let lines = (0..<3_000).map { "@everyone `\($0)` **bold**" }.joined(separator: "\n") + "\nSteps: ,:,,:\"unclosed, Seed: 1"
        for entries in [
            [PNGText("parameters", lines)],
            [PNGText("software", "Troupe")] + ["prompt", "seed", "model", "style", "size"].map { PNGText($0, lines) },
        ] {
            let facts = try #require(PictureFacts(entries))
            let text = GenerateText.facts(facts, format: "png", width: 1, height: 1, isAnimated: false)
            #expect(text.utf16.count <= 2_000 && !text.contains("@everyone") && !text.contains("**bold**"))
        }
    }
}
