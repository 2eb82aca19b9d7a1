import Pictures
import RepeatableChance
import Testing

@Suite struct `Pictures that mean harm` {
    private func code(_ bytes: [UInt8], limits: PictureLimits = PictureLimits()) -> PictureError.Code? {
        do {
            _ = try Picture(decoding: bytes, limits: limits)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `what is no picture is refused by its first bytes`() {
        #expect(code([]) == .unknownFormat)
        #expect(code(Array("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>".utf8)) == .unknownFormat)
        #expect(code(Array("%PDF-1.7".utf8)) == .unknownFormat)
        #expect(code(Array("RIFF....WAVEfmt ".utf8)) == .unknownFormat)
    }

    @Test(arguments: ["png", "jpeg", "webp", "gif"])
    func `a picture cut short is refused, wherever it is cut`(format: String) throws {
        let picture = try gradient(width: 90, height: 70)
        let whole =
            switch format {
            case "png": try picture.png()
            case "jpeg": try picture.jpeg()
            case "webp": try picture.webp()
            default: RawGIF.make(screen: 2, frame: 2)
            }
        #expect(code(whole) == nil)
        // The end marker alone may be missing (the decoders forgive that, and no pixel is lost).
        for share in [0.1, 0.3, 0.5, 0.7, 0.9] {
            let cut = Array(whole.prefix(Int(Double(whole.count) * share)))
            let refusal = code(cut)
            #expect(refusal == .damaged || refusal == .unknownFormat, "\(format) cut at \(share)")
        }
    }

    @Test func `a bomb is refused by its header`() {
        let bomb = RawPNG.make(width: 12_000, height: 12_000, bitDepth: 1, colourType: 0, rows: [[0]])
        #expect(code(bomb) == .tooManyPixels)
        let strip = RawPNG.make(width: 200_000, height: 1, bitDepth: 1, colourType: 0, rows: [[0]])
        #expect(code(strip) == .tooManyPixels)
        let beyond = RawPNG.make(width: 0x7FFF_FFFF, height: 0x7FFF_FFFF, bitDepth: 8, colourType: 2, rows: [[0]])
        #expect(code(beyond) == .tooManyPixels)
    }

    @Test func `too many bytes are refused before they are looked at`() throws {
        let bytes = try gradient(width: 64, height: 64).png()
        #expect(code(bytes, limits: PictureLimits(maximumBytes: bytes.count - 1)) == .tooManyBytes)
        #expect(code(bytes, limits: PictureLimits(maximumBytes: bytes.count)) == nil)
    }

    @Test func `limits count pixels exactly`() throws {
        let bytes = try gradient(width: 64, height: 32).png()
        #expect(code(bytes, limits: PictureLimits(maximumPixels: 64 * 32)) == nil)
        #expect(code(bytes, limits: PictureLimits(maximumPixels: 64 * 32 - 1)) == .tooManyPixels)
        #expect(code(bytes, limits: PictureLimits(maximumSide: 63)) == .tooManyPixels)
    }

    @Test func `a header that promises more than follows is refused`() {
        let rows = [[UInt8]](repeating: [UInt8](repeating: 9, count: 300), count: 10)
        #expect(code(RawPNG.make(width: 100, height: 100, bitDepth: 8, colourType: 2, rows: rows)) == .damaged)
    }

    @Test func `a header that hides size behind a small number does not get it`() throws {
        // More rows than the header says: what is beyond is never unpacked.
        let rows = [[UInt8]](repeating: [1, 2, 3], count: 20)
        let picture = try? Picture(decoding: RawPNG.make(width: 1, height: 2, bitDepth: 8, colourType: 2, rows: rows))
        #expect(picture == nil || picture?.height == 2)

        // A GIF frame larger than its screen: held against the same limits.
        let gif = RawGIF.make(screen: 1, frame: 2)
        let read = try? Picture(decoding: gif, limits: PictureLimits(maximumPixels: 1))
        #expect(read == nil || read?.pixels.count == read?.channels.rawValue)

        // A WebP whose canvas says 1×1 around a 90×70 frame.
        let inner = try gradient(width: 90, height: 70).webp()[12...]
        let extended: [UInt8] = Array("VP8X".utf8) + [10, 0, 0, 0] + [UInt8](repeating: 0, count: 10)
        let size = 4 + extended.count + inner.count
        let liar = Array("RIFF".utf8) + (0..<4).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) } + Array("WEBP".utf8) + extended + inner
        #expect(code(liar, limits: PictureLimits(maximumPixels: 100)) != nil)
    }

    @Test func `a zero-sized picture is damaged`() {
        #expect(code(RawPNG.make(width: 0, height: 5, bitDepth: 8, colourType: 2, rows: [])) == .damaged)
        #expect(code(RawGIF.make(screen: 0, frame: 1)) == .damaged)
    }

    @Test func `a JPEG with countless scans is refused`() throws {
        let jpeg = try gradient(width: 16, height: 16).jpeg()
        let end = jpeg.count - 2
        let scan: [UInt8] = [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0]
        let many = Array(jpeg[..<end]) + Array(repeatElement(scan, count: 200).joined()) + [0xFF, 0xD9]
        #expect(code(many) == .tooManyPixels)
    }

    @Test func `errors say what is wrong and what is allowed`() throws {
        let bytes = try gradient(width: 64, height: 32).png()
        #expect(throws: PictureError.self) { try Picture(decoding: bytes, limits: PictureLimits(maximumPixels: 100)) }
        do {
            _ = try Picture(decoding: bytes, limits: PictureLimits(maximumPixels: 100))
        } catch {
            #expect(error.description == "the picture is 64×32; at most 100 pixels are read")
        }
    }

    /// A property, not an example: whatever bytes come, the answer is a picture within the limits or an error.
    @Test(arguments: 0..<4)
    func `no change of any bytes breaks the decoder`(kind: Int) throws {
        let picture = try gradient(width: 48, height: 40, channels: kind == 3 ? .rgba : .rgb)
        let original = [
            try picture.png(text: [PNGText("prompt", "ein Bär")]), try picture.jpeg(), try picture.webp(),
            RawGIF.make(screen: 2, frame: 2),
        ][kind]
        let limits = PictureLimits(maximumPixels: 100_000, maximumSide: 5_000)
        var random = SplitMix64(seed: UInt64(kind) + 7)
        for _ in 0..<250 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 2: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...20, using: &random)))
                default: bytes.insert(contentsOf: (0..<4).map { _ in UInt8.random(in: 0...255, using: &random) }, at: at)
                }
                if bytes.isEmpty { bytes = [0] }
            }
            if let read = try? Picture(decoding: bytes, limits: limits) {
                #expect(read.width * read.height <= limits.maximumPixels)
                #expect(read.pixels.count == read.width * read.height * read.channels.rawValue)
            }
            _ = PNGText.read(from: bytes)
        }
    }
}
