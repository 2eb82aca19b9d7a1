/// A decoded picture: 8 bits a channel, sRGB, RGB or RGBA, rows from the top without padding.
///
/// A plain value that knows nothing of files or formats; decoding, encoding, resizing and the grid are in the
/// extensions beside it.
public struct Picture: Sendable, Hashable {
    public enum Channels: Int, Sendable, Hashable {
        case rgb = 3
        case rgba = 4
    }

    /// Pixels, from 1.
    public let width: Int
    public let height: Int
    public let channels: Channels
    /// `width * height * channels` bytes.
    public let pixels: [UInt8]

    /// Wraps raw pixels, as a model paints them.
    public init(width: Int, height: Int, channels: Channels = .rgb, pixels: [UInt8]) throws(PictureError) {
        guard (1...65_500).contains(width), (1...65_500).contains(height) else {
            throw PictureError(.invalidPixels, "a picture cannot be \(width)×\(height)")
        }
        guard pixels.count == width * height * channels.rawValue else {
            throw PictureError(
                .invalidPixels,
                "\(width)×\(height) pixels of \(channels.rawValue) bytes need \(width * height * channels.rawValue) bytes, not \(pixels.count)"
            )
        }
        self.width = width
        self.height = height
        self.channels = channels
        self.pixels = pixels
    }

    /// One pixel's channels, red first. For tests and measurements: slow.
    public subscript(x: Int, y: Int) -> [UInt8] {
        let start = (y * width + x) * channels.rawValue
        return Array(pixels[start..<start + channels.rawValue])
    }
}
