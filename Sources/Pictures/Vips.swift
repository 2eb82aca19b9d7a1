import CVipsShim

/// The one place that talks to libvips: starts it once, carries bytes across, and frees what it hands out.
///
/// What libvips says of an error is read for encoding only, where our own input is at fault; what it says of a damaged
/// picture differs by version and helps nobody.
enum Vips {
    private static let started: Bool = pictures_start() == PICTURES_OK

    static func decode(_ bytes: [UInt8], as format: PictureFormat, limits: PictureLimits) throws(PictureError) -> Picture {
        try start()
        var out = PicturesPixels()
        let status = bytes.withUnsafeBytes { raw in
            pictures_decode(raw.baseAddress, raw.count, format.code, Int32(limits.maximumSide), Int64(limits.maximumPixels), &out)
        }
        switch Int(status) {
        case PICTURES_OK:
            return try take(out)
        case PICTURES_TOO_LARGE:
            throw PictureError(.tooManyPixels, "the picture is larger inside than its header says, and larger than allowed")
        default:
            _ = lastWords()
            throw PictureError(
                .damaged, "this \(format.rawValue.uppercased()) picture is damaged or cut short; save it again and send that")
        }
    }

    static func resize(_ picture: Picture, width: Int, height: Int) throws(PictureError) -> Picture {
        try start()
        var out = PicturesPixels()
        let status = withPixels(of: picture) { pictures_resize(&$0, Int32(width), Int32(height), &out) }
        guard Int(status) == PICTURES_OK else {
            throw PictureError(.cannotEncode, "cannot resize \(picture.width)×\(picture.height) to \(width)×\(height): \(lastWords())")
        }
        return try take(out)
    }

    static func encode(_ picture: Picture, as format: PictureFormat, quality: Int) throws(PictureError) -> [UInt8] {
        try start()
        var bytes: UnsafeMutableRawPointer?
        var count = 0
        let status = withPixels(of: picture) { pictures_encode(&$0, format.code, Int32(quality), &bytes, &count) }
        guard Int(status) == PICTURES_OK, let bytes else {
            throw PictureError(
                .cannotEncode, "cannot encode \(picture.width)×\(picture.height) as \(format.rawValue.uppercased()): \(lastWords())")
        }
        defer { pictures_free(bytes) }
        return Array(UnsafeRawBufferPointer(start: bytes, count: count))
    }

    private static func start() throws(PictureError) {
        guard started else { throw PictureError(.cannotEncode, "libvips does not start: \(lastWords())") }
    }

    private static func take(_ out: PicturesPixels) throws(PictureError) -> Picture {
        defer { pictures_free(out.pixels) }
        guard let channels = Picture.Channels(rawValue: Int(out.channels)) else {
            throw PictureError(.damaged, "the decoder returned \(out.channels) channels")
        }
        let count = Int(out.width) * Int(out.height) * channels.rawValue
        let pixels = Array(UnsafeBufferPointer(start: out.pixels, count: count))
        return try Picture(width: Int(out.width), height: Int(out.height), channels: channels, pixels: pixels)
    }

    private static func withPixels(of picture: Picture, _ body: (inout PicturesPixels) -> Int32) -> Int32 {
        picture.pixels.withUnsafeBufferPointer { buffer in
            var pixels = PicturesPixels(
                pixels: UnsafeMutablePointer(mutating: buffer.baseAddress), width: Int32(picture.width), height: Int32(picture.height),
                channels: Int32(picture.channels.rawValue))
            return body(&pixels)
        }
    }

    private static func lastWords() -> String {
        var text = [CChar](repeating: 0, count: 256)
        pictures_take_error(&text, text.count)
        let words = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return words.split(whereSeparator: \.isNewline).joined(separator: "; ")
    }
}

extension PictureFormat {
    fileprivate var code: Int32 {
        switch self {
        case .png: Int32(PICTURES_PNG)
        case .jpeg: Int32(PICTURES_JPEG)
        case .webp: Int32(PICTURES_WEBP)
        case .gif: Int32(PICTURES_GIF)
        }
    }
}
