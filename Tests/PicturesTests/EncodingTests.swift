import Pictures
import RepeatableChance
import Testing

@Suite struct `Writing pictures` {
    @Test func `a PNG carries its prompt, seed and model, in any script`() throws {
        let entries = [
            PNGText("prompt", "ein roter Kreis über einem 青い四角 🟥\nsecond line"), PNGText("seed", "18446744073709551615"),
            PNGText("model", "pocket"), PNGText("software", "Troupe"),
        ]
        let picture = try gradient(width: 20, height: 20)
        let bytes = try picture.png(text: entries)
        #expect(PNGText.read(from: bytes) == entries)
        #expect(try Picture(decoding: bytes) == picture)
    }

    @Test func `a text that would break the file is refused`() throws {
        let picture = try gradient(width: 4, height: 4)
        for keyword in ["", " seed", "seed ", String(repeating: "k", count: 80), "größe"] {
            #expect(throws: PictureError.self) { try picture.png(text: [PNGText(keyword, "1")]) }
        }
        #expect(throws: PictureError.self) { try picture.png(text: [PNGText("prompt", String(repeating: "x", count: 70_000))]) }
    }

    @Test func `text of a damaged PNG is passed over, not trusted`() throws {
        var bytes = try gradient(width: 4, height: 4).png(text: [PNGText("prompt", "circle"), PNGText("seed", "7")])
        bytes[33 + 8] ^= 1
        #expect(PNGText.read(from: bytes) == [PNGText("seed", "7")])
        #expect(PNGText.read(from: Array(bytes.prefix(50))).isEmpty)
        #expect(PNGText.read(from: [1, 2, 3]).isEmpty)
    }

    @Test func `a picture that is too large as PNG goes as WebP, and then smaller`() throws {
        var random = SplitMix64(seed: 3)
        let noise = try Picture(
            width: 256, height: 256, pixels: (0..<256 * 256 * 3).map { _ in UInt8.random(in: 0...255, using: &random) })
        let png = try noise.encoded(maximumBytes: 10_000_000, text: [PNGText("seed", "3")])
        #expect(png.format == .png)
        #expect(PNGText.read(from: png.bytes).count == 1)

        let webp = try noise.encoded(maximumBytes: 100_000)
        #expect(webp.format == .webp && webp.bytes.count <= 100_000)
        #expect(try PictureHeader(webp.bytes).width == 256)

        let small = try noise.encoded(maximumBytes: 5_000)
        #expect(small.bytes.count <= 5_000)
        #expect(try PictureHeader(small.bytes).width < 256)

        #expect(throws: PictureError.self) { try noise.encoded(maximumBytes: 20) }
    }

    @Test func `transparency is laid on white in a JPEG`() throws {
        let clear = try Picture(decoding: plain([200, 0, 0, 0], width: 16, height: 16).jpeg())
        #expect(clear[8, 8].allSatisfy { $0 >= 254 })
    }

    @Test func `pixels that do not fit their size are refused`() {
        #expect(throws: PictureError.self) { try Picture(width: 2, height: 2, pixels: [1, 2, 3]) }
        #expect(throws: PictureError.self) { try Picture(width: 0, height: 2, pixels: []) }
        #expect(throws: PictureError.self) { try Picture(width: -1, height: -3, pixels: [1, 2, 3, 4, 5, 6, 7, 8, 9]) }
    }

    @Test func `resizing keeps colours and makes the size asked for`() throws {
        let picture = try plain([120, 40, 220], width: 50, height: 31)
        for (width, height) in [(100, 62), (7, 5), (1, 1), (333, 2)] {
            let resized = try picture.resized(width: width, height: height)
            #expect(resized.width == width && resized.height == height)
            #expect(resized[width / 2, height / 2] == [120, 40, 220])
        }
        let clear = try plain([255, 0, 0, 128], width: 40, height: 40).resized(width: 9, height: 9)
        #expect(clear.channels == .rgba)
        #expect(zip(clear[4, 4], [255, 0, 0, 128]).allSatisfy { abs(Int($0) - $1) <= 1 })
        let fitted = try picture.fitted(width: 100, height: 100)
        #expect(fitted.width == 100 && fitted.height == 62)
        #expect(throws: PictureError.self) { try picture.resized(width: 0, height: 4) }
        #expect(throws: PictureError.self) { try picture.resized(width: 1_000_000, height: 4) }
    }
}
