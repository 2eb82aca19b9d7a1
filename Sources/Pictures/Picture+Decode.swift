// From hostile bytes to a Picture: bytes counted, header read and held against the limits, and only then decoded.
extension Picture {
    /// Decodes a PNG, JPEG, WebP or GIF (its first frame), turned upright, in sRGB.
    ///
    /// - Throws: ``PictureError``: too large (before decoding), of another format, damaged or truncated.
    public init(decoding bytes: [UInt8], limits: PictureLimits = PictureLimits()) throws(PictureError) {
        try limits.check(byteCount: bytes.count)
        let header = try PictureHeader(bytes, limits: limits)
        try limits.check(header)
        self = try Vips.decode(bytes, as: header.format, limits: limits)
    }
}
