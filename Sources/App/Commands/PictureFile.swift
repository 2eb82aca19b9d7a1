import Foundation
import Pictures

/// Pictures that are named on the command line.
enum PictureFile {
    /// The picture in a file, checked and as PNG.
    static func png(_ file: String) throws -> [UInt8] {
        guard let data = try? Data(contentsOf: URL(filePath: file)) else { throw CommandFailure("\(file) cannot be read") }
        do {
            return try Picture(decoding: [UInt8](data)).png()
        } catch let error as PictureError {
            throw CommandFailure("\(file): \(error)")
        }
    }
}
