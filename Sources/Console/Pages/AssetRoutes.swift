import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The style sheet and the one script of the pages.
struct AssetRoutes: ConsoleRoutes {
    private static let types = ["console.css": "text/css; charset=utf-8", "console.js": "text/javascript; charset=utf-8"]

    func add(to router: Router<ConsoleContext>) {
        for (name, type) in Self.types {
            router.get("assets/\(name)") { _, _ in
                guard let url = Bundle.module.url(forResource: name, withExtension: nil, subdirectory: "assets"),
                    let data = try? Data(contentsOf: url)
                else { throw Problem(.notFound, "There is nothing at this address.") }
                return Response(
                    status: .ok, headers: [.contentType: type, .cacheControl: "max-age=300"],
                    body: .init(byteBuffer: ByteBuffer(bytes: data)))
            }
        }
    }
}
