extension EncodedPicture {
    private static let kept: Set<String> = ["IHDR", "PLTE", "tRNS", "sRGB", "IDAT", "IEND"]
    private static let leftOut: Set<String> = ["tEXt", "zTXt", "iTXt", "tIME", "pHYs", "bKGD", "hIST"]

    /// A PNG that was decoded without complaint, with the pixels as they came: to encode them again is the longest part of handling a
    /// picture. What it says besides is left out, and our text put in.
    ///
    /// Nil for what is no PNG, or has anything in it that would change its look elsewhere or that is unknown here: encode that anew.
    public init?(keeping png: [UInt8], text: [PNGText] = []) throws(PictureError) {
        guard PictureFormat(sniffing: png) == .png else { return nil }
        var bytes = Array(png[..<8])
        bytes.reserveCapacity(png.count)
        for chunk in PNGChunks(png) {
            if Self.kept.contains(chunk.type) { bytes += png[chunk.whole] } else if !Self.leftOut.contains(chunk.type) { return nil }
            guard chunk.type != "IEND" else {
                self.init(format: .png, bytes: try PNGText.insert(text, into: bytes))
                return
            }
        }
        return nil
    }
}
