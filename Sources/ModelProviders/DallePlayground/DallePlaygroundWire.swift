import Foundation

/// What goes over the wire to dalle-playground (github.com/saharmor/dalle-playground), in the dialects of its three lives.
/// Pure: bytes in, pictures out.
///
/// - A (DALL·E mini, until June 2022): `POST /dalle` answers a bare array of base64 JPEGs.
/// - B (until November 2022): the same path answers `{"generatedImgs": […], "generatedImgsFormat": "jpeg"}`.
/// - C (Stable Diffusion 2): `POST /generate`, which answers as B.
enum DallePlaygroundWire {
    /// Where a dialect is asked.
    enum Path: String, Sendable, CaseIterable {
        /// C, tried first: the newest.
        case generate = "/generate"
        /// A and B.
        case dalle = "/dalle"
    }

    struct Request: Encodable, Sendable {
        var text: String
        /// The server fails without it.
        var num_images: Int
    }

    /// What `GET /` says once the model is loaded.
    struct Health: Decodable, Sendable {
        var success: Bool
    }

    /// The pictures of an answer in any dialect; nil where it is of none.
    static func pictures(_ body: [UInt8]) -> [[UInt8]]? {
        guard let texts = (try? JSONDecoder().decode(Answer.self, from: Data(body)))?.pictures else { return nil }
        let pictures = texts.compactMap(PictureData.bytes)
        return pictures.count == texts.count ? pictures : nil
    }

    private struct Answer: Decodable {
        var pictures: [String]

        private enum Keys: String, CodingKey { case generatedImgs }

        init(from decoder: any Decoder) throws {
            if let bare = try? decoder.singleValueContainer().decode([String].self) {
                pictures = bare
            } else {
                pictures = try decoder.container(keyedBy: Keys.self).decode([String].self, forKey: .generatedImgs)
            }
        }
    }
}
