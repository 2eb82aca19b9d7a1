import Inference
import Pictures
import Testing

@testable import ModelProviders

@Suite struct `The painter that ships with Troupe` {
    @Test func `it paints what it is asked for in its own size`() async throws {
        let model = try PocketPainter.model()
        try await model.warmUp()
        let result = try await model.generate(ImageRequest(prompt: "a large red circle on a white background", count: 1, seed: 7)) { _ in }
        let picture = try Picture(decoding: result.images[0])
        #expect(picture.width == 128 && picture.height == 128)
        // The independent checker of the training judges thousands of pictures; here it is enough that red is there at all.
        let reds = (0..<128 * 128).filter { at in
            let pixel = picture.pixels[(at * 3)..<(at * 3 + 3)].map(Int.init)
            return pixel[0] > pixel[1] + 80 && pixel[0] > pixel[2] + 80
        }
        #expect(reds.count > 500)
    }

    @Test func `it knows the words of its world`() throws {
        let card = try PocketPainter.model(name: "mine").card
        #expect(card.name == "mine")
        let known = try #require(card.knownWords)
        for word in "two red circles above a blue square on a white background".split(separator: " ") {
            #expect(known.contains(String(word)))
        }
        #expect(!known.contains("dragon"))
        #expect(card.world?.hasPrefix("shapes (circle, cross, diamond") == true)
    }
}
