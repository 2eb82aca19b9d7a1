import Crypto

extension TaskPicture {
    /// - Parameter bytes: PNG or JPEG of our own making, never as they came.
    public init(contentType: String, bytes: [UInt8]) {
        let digest = SHA256.hash(data: bytes).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0\(digits)" : digits
        }
        self.init(digest: digest.joined(), contentType: contentType, bytes: bytes)
    }
}
