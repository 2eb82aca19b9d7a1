/// An encoded picture and what it is.
public struct EncodedPicture: Sendable, Hashable {
    public var format: PictureFormat
    public var bytes: [UInt8]

    public init(format: PictureFormat, bytes: [UInt8]) {
        self.format = format
        self.bytes = bytes
    }
}

// From a Picture to bytes.
extension Picture {
    /// A PNG without loss.
    ///
    /// - Parameter text: goes into text chunks, readable by ``PNGText/read(from:)`` and by every PNG tool.
    public func png(text: [PNGText] = []) throws(PictureError) -> [UInt8] {
        try PNGText.insert(text, into: Vips.encode(self, as: .png, quality: 100))
    }

    /// A JPEG. Transparency is laid on white.
    /// - Parameter quality: 1–100.
    public func jpeg(quality: Int = 90) throws(PictureError) -> [UInt8] {
        try Vips.encode(self, as: .jpeg, quality: max(1, min(100, quality)))
    }

    /// A lossy WebP.
    /// - Parameter quality: 1–100.
    public func webp(quality: Int = 90) throws(PictureError) -> [UInt8] {
        try Vips.encode(self, as: .webp, quality: max(1, min(100, quality)))
    }

    /// The best encoding that fits into so many bytes: PNG, else WebP of falling quality, else both again at half the size.
    ///
    /// - Parameter text: kept only where the result is a PNG.
    /// - Throws: ``PictureError`` when not even a few pixels fit.
    public func encoded(maximumBytes: Int, text: [PNGText] = []) throws(PictureError) -> EncodedPicture {
        var picture = self
        while true {
            let png = try picture.png(text: text)
            if png.count <= maximumBytes { return EncodedPicture(format: .png, bytes: png) }
            for quality in [95, 85, 70, 50] {
                let webp = try picture.webp(quality: quality)
                if webp.count <= maximumBytes { return EncodedPicture(format: .webp, bytes: webp) }
            }
            guard picture.width >= 16, picture.height >= 16 else {
                throw PictureError(.cannotEncode, "no encoding of this picture fits into \(maximumBytes) bytes")
            }
            picture = try picture.resized(width: picture.width / 2, height: picture.height / 2)
        }
    }
}
