public import Credits
import Foundation
import HTTPTypes
public import Hummingbird
import NIOCore
public import Support

/// The credits API: everything under `/api/v1` that moves or shows credits, its OpenAPI document, and the older voucher service's routes.
public struct CreditRoutes: ConsoleRoutes {
    private let routes: [APIRoute]
    private let tokens: any APITokenStore

    /// - Parameter randomness: 64 bits that nobody can guess.
    public init(
        ledger: CreditLedger, vouchers: VoucherBook, tokens: any APITokenStore, clock: any WallClock,
        randomness: @escaping @Sendable () -> UInt64
    ) {
        routes =
            VoucherRoutes(book: vouchers, clock: clock, randomness: randomness).all + AccountRoutes(ledger: ledger, clock: clock).all
            + OlderVoucherRoutes(book: vouchers, ledger: ledger, clock: clock, randomness: randomness).all
        self.tokens = tokens
    }

    public func add(to router: Router<ConsoleContext>) {
        router.get("/api/v1/openapi.json") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "application/json"], body: .init(byteBuffer: ByteBuffer(bytes: try Self.document())))
        }
        router.add(routes, tokens: tokens)
    }

    /// The OpenAPI document as it is served.
    static func document() throws -> Data {
        guard let file = Bundle.module.url(forResource: "openapi", withExtension: "json") else {
            throw Problem(.notFound, "The document is missing.")
        }
        return try Data(contentsOf: file)
    }
}
