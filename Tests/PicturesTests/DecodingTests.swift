import Pictures
import Testing

@Suite struct `Reading pictures` {
    @Test func `a PNG comes back as the pixels that went in`() throws {
        for channels in [Picture.Channels.rgb, .rgba] {
            let picture = try gradient(width: 37, height: 23, channels: channels)
            #expect(try Picture(decoding: picture.png()) == picture)
        }
    }

    @Test func `JPEG and WebP come back nearly the same`() throws {
        let picture = try gradient(width: 64, height: 48)
        for bytes in [try picture.jpeg(quality: 95), try picture.webp(quality: 95)] {
            let back = try Picture(decoding: bytes)
            #expect(back.width == 64 && back.height == 48 && back.channels == .rgb)
            let differences = zip(back.pixels, picture.pixels).map { abs(Int($0) - Int($1)) }
            #expect(Double(differences.reduce(0, +)) / Double(differences.count) < 6)
        }
    }

    @Test func `a GIF's first frame is read`() throws {
        let picture = try Picture(decoding: RawGIF.make(screen: 2, frame: 2))
        #expect(picture.width == 2 && picture.height == 2)
        #expect(picture[1, 1].prefix(3) == [255, 0, 0])
    }

    @Test func `grey, palette-less 1-bit and 16-bit PNGs become 8-bit colour`() throws {
        let grey = try Picture(decoding: RawPNG.make(width: 2, height: 1, bitDepth: 8, colourType: 0, rows: [[0, 200]]))
        #expect(grey.channels == .rgb)
        #expect(grey[0, 0] == [0, 0, 0] && grey[1, 0] == [200, 200, 200])

        let bits = try Picture(decoding: RawPNG.make(width: 8, height: 1, bitDepth: 1, colourType: 0, rows: [[0b1010_0000]]))
        #expect(bits[0, 0] == [255, 255, 255] && bits[1, 0] == [0, 0, 0])

        let deep = RawPNG.make(
            width: 1, height: 1, bitDepth: 16, colourType: 6, rows: [[0xFF, 0xFF, 0x80, 0x00, 0x00, 0x00, 0xFF, 0xFF]])
        let shallow = try Picture(decoding: deep)
        #expect(shallow.channels == .rgba)
        #expect(shallow[0, 0] == [255, 128, 0, 255])
    }

    @Test func `a JPEG taken sideways is turned upright`() throws {
        var jpeg = try plain([10, 20, 30], width: 30, height: 10).jpeg()
        // An Exif segment with one tag: orientation 6, "turn right".
        let exif: [UInt8] =
            Array("Exif".utf8) + [0, 0, 0x4D, 0x4D, 0, 0x2A, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0]
        jpeg.insert(contentsOf: [0xFF, 0xE1, 0, UInt8(exif.count + 2)] + exif, at: 2)
        let picture = try Picture(decoding: jpeg)
        #expect(picture.width == 10 && picture.height == 30)
    }

    @Test func `the header tells format and size without decoding`() throws {
        let picture = try gradient(width: 301, height: 7)
        let files: [(PictureFormat, [UInt8])] = [
            (.png, try picture.png()), (.jpeg, try picture.jpeg()), (.webp, try picture.webp()),
        ]
        for (format, bytes) in files {
            let header = try PictureHeader(bytes)
            #expect(header.format == format)
            #expect(header.width == 301 && header.height == 7)
        }
        let gif = try PictureHeader(RawGIF.make(screen: 300, frame: 2))
        #expect(gif.format == .gif && gif.width == 300)
    }

    @Test func `a WebP with transparency keeps it`() throws {
        let back = try Picture(decoding: gradient(width: 32, height: 32, channels: .rgba).webp())
        #expect(back.channels == .rgba)
        #expect(back[0, 0][3] == 255 && back[0, 31][3] == 0)
    }

    @Test func `the header tells whether more than one frame follows`() throws {
        func isAnimated(_ bytes: [UInt8]) throws -> Bool { try PictureHeader(bytes).isAnimated }
        let picture = try gradient(width: 8, height: 8)
        let (png, webp) = (try picture.png(), try picture.webp())
        #expect(try !isAnimated(png) && !isAnimated(webp) && !isAnimated(picture.jpeg()))

        let gif = RawGIF.make(screen: 2, frame: 2)
        #expect(try !isAnimated(gif))
        let frame = Array(gif[19..<(gif.count - 1)])
        #expect(try isAnimated(Array(gif.dropLast()) + frame + [0x3B]))
        // Behind the header of 13 bytes and the colour table of 6, a comment.
        #expect(try !isAnimated(Array(gif[..<19]) + [0x21, 0xFE, 3, 0x2C, 0x2C, 0x2C, 0] + gif[19...]))
        for length in 13..<gif.count { _ = try? isAnimated(Array(gif.prefix(length))) }

        func animated(_ frames: Int) -> [UInt8] {
            Array(png[..<33]) + RawPNG.chunk("acTL", RawPNG.be32(frames) + RawPNG.be32(0)) + png[33...]
        }
        #expect(try isAnimated(animated(2)) && !isAnimated(animated(1)))

        var moving = Array("RIFF".utf8) + [22, 0, 0, 0] + Array("WEBPVP8X".utf8) + [10, 0, 0, 0, 0x02, 0, 0, 0, 7, 0, 0, 7, 0, 0]
        #expect(try isAnimated(moving))
        moving[20] = 0
        #expect(try !isAnimated(moving))
    }
}
