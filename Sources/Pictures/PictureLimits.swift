/// How large a picture from outside may be. Checked on the header, before anything is decoded.
public struct PictureLimits: Sendable, Hashable {
    /// Encoded size.
    public var maximumBytes: Int
    /// Width times height.
    public var maximumPixels: Int
    /// Width, and height.
    public var maximumSide: Int
    /// Passes of a progressive JPEG: each costs a walk over all pixels, so that a small file could ask for hours.
    public var maximumScans: Int

    public init(maximumBytes: Int = 25 << 20, maximumPixels: Int = 32_000_000, maximumSide: Int = 16_384, maximumScans: Int = 100) {
        self.maximumBytes = maximumBytes
        self.maximumPixels = maximumPixels
        self.maximumSide = maximumSide
        self.maximumScans = maximumScans
    }

    func check(byteCount: Int) throws(PictureError) {
        guard byteCount <= maximumBytes else {
            throw PictureError(.tooManyBytes, "the picture has \(byteCount) bytes; at most \(maximumBytes) are read")
        }
    }

    func check(_ header: PictureHeader) throws(PictureError) {
        let (width, height) = (header.width, header.height)
        guard width <= maximumSide, height <= maximumSide else {
            throw PictureError(.tooManyPixels, "the picture is \(width)×\(height); a side has at most \(maximumSide) pixels")
        }
        guard width * height <= maximumPixels else {
            throw PictureError(.tooManyPixels, "the picture is \(width)×\(height); at most \(maximumPixels) pixels are read")
        }
    }
}
