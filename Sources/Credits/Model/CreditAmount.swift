/// A whole number of credits. Never a fraction: what cannot be counted cannot add up.
public struct CreditAmount: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    /// The largest amount that one transfer, hold or voucher may have.
    public static let largest = CreditAmount(1_000_000_000_000)
    public static let zero = CreditAmount(0)

    public let value: Int64

    public init(_ value: Int64) { self.value = value }

    public init(from decoder: any Decoder) throws { value = try decoder.singleValueContainer().decode(Int64.self) }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }

    public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
    public static func + (left: Self, right: Self) -> Self { Self(left.value + right.value) }
    public static func - (left: Self, right: Self) -> Self { Self(left.value - right.value) }
    public static prefix func - (amount: Self) -> Self { Self(-amount.value) }

    /// For people: `1 credit`, `50 credits`.
    public var description: String { value == 1 ? "1 credit" : "\(value) credits" }

    /// Refuses what no transfer, hold or voucher may be.
    func check(_ what: String) throws(CreditError) {
        guard self > .zero, self <= .largest else {
            throw CreditError(.badAmount, "\(what) must be 1 to \(Self.largest.value) credits, not \(value)")
        }
    }
}
