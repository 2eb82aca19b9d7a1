// Scaling with a Lanczos filter; alpha is premultiplied so that edges do not darken.
extension Picture {
    /// Scaled to exactly this size.
    public func resized(width: Int, height: Int) throws(PictureError) -> Picture {
        if width == self.width, height == self.height { return self }
        guard (1...16_384).contains(width), (1...16_384).contains(height) else {
            throw PictureError(.invalidPixels, "cannot resize a picture to \(width)×\(height)")
        }
        return try Vips.resize(self, width: width, height: height)
    }

    /// Scaled, up or down, to the largest size of the same shape within `width` × `height`.
    public func fitted(width: Int, height: Int) throws(PictureError) -> Picture {
        let scale = min(Double(width) / Double(self.width), Double(height) / Double(self.height))
        let across = (Double(self.width) * scale).rounded(), down = (Double(self.height) * scale).rounded()
        return try resized(width: max(1, min(width, Int(across))), height: max(1, min(height, Int(down))))
    }
}
