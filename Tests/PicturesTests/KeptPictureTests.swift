import Pictures
import Testing

@Suite struct `Keeping a PNG as it came` {
    private let text = [PNGText("prompt", "a circle"), PNGText("seed", "7")]

    /// A PNG of two by two pixels, with chunks between its header and its pixels, and bytes behind its end.
    private func png(with chunks: [UInt8] = [], behind: [UInt8] = []) -> [UInt8] {
        let plain = RawPNG.make(
            width: 2, height: 2, bitDepth: 8, colourType: 2, rows: [[255, 0, 0, 0, 255, 0], [0, 0, 255, 9, 9, 9]])
        return plain[..<33] + chunks + plain[33...] + behind
    }

    @Test func `its pixels are the same, and it carries our text`() throws {
        let kept = try #require(try EncodedPicture(keeping: png(), text: text))
        #expect(kept.format == .png)
        #expect(PNGText.read(from: kept.bytes) == text)
        #expect(try Picture(decoding: kept.bytes) == Picture(decoding: png()))
    }

    @Test func `what it said besides its pixels is left out, and what follows its end too`() throws {
        let words = RawPNG.chunk("tEXt", Array("workflow\0secret".utf8)) + RawPNG.chunk("pHYs", [0, 0, 0, 1, 0, 0, 0, 1, 1])
        let kept = try #require(try EncodedPicture(keeping: png(with: words, behind: Array("<script>".utf8)), text: text))
        #expect(try kept == EncodedPicture(keeping: png(), text: text))
    }

    @Test(arguments: ["gAMA", "iCCP", "eXIf", "acTL", "cHRM", "zzZz"])
    func `one with something that changes its look, or that is unknown, is not kept`(type: String) throws {
        #expect(try EncodedPicture(keeping: png(with: RawPNG.chunk(type, [0, 0, 0, 1]))) == nil)
    }

    @Test func `nothing is kept of what is cut short or is no PNG`() throws {
        for length in [0, 7, 8, 20, 33, png().count - 1] {
            #expect(try EncodedPicture(keeping: Array(png().prefix(length)), text: text) == nil)
        }
        #expect(try EncodedPicture(keeping: Picture(decoding: png()).jpeg(), text: text) == nil)
    }

    @Test func `a text that would break the file is refused here too`() {
        #expect(throws: PictureError.self) { try EncodedPicture(keeping: png(), text: [PNGText(" seed", "1")]) }
    }
}
