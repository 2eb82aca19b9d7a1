import Console
import Credits
import Foundation
import Support

/// The section `credits:` of troupe.yaml: the owner's rules, beside each model's `price`.
struct CreditSettings: Equatable, Sendable {
    struct Allowance: Equatable, Sendable {
        var name: String
        /// Only members with this role; not given, everybody.
        var role: UInt64?
        var period: CreditPeriod
        var amount: Int
    }

    /// Something that is sold for money, and the credits that it brings.
    struct Article: Equatable, Sendable {
        /// The seller's name of it: a snowflake in Discord's shop.
        var sku: String
        var credits: Int
        /// Where it is sold by card: the payment service's page for it.
        var link: String?
        /// What must have been paid there: `4.99 EUR`.
        var price: String?
    }

    /// Credits a picture of a model without a price of its own.
    var defaultPrice = 1
    var pool = CreditPolicy.PoolRule.poolFirst
    var dailyUserCap: Int?
    var dailyGuildCap: Int?
    var allowances: [Allowance] = []
    var articles: [Article] = []

    /// These rules with the models' prices.
    func policy(_ models: [ModelSettings]) -> CreditPolicy {
        let prices = models.compactMap { model in model.price.map { (model.name, CreditAmount(Int64($0))) } }
        return CreditPolicy(
            prices: Dictionary(prices) { first, _ in first }, defaultPrice: CreditAmount(Int64(defaultPrice)), poolRule: pool,
            dailyUserCap: dailyUserCap.map { CreditAmount(Int64($0)) }, dailyGuildCap: dailyGuildCap.map { CreditAmount(Int64($0)) },
            allowances: allowances.map {
                .init(name: $0.name, role: $0.role, period: $0.period, amount: CreditAmount(Int64($0.amount)))
            }, articles: Dictionary(articles.map { ($0.sku, CreditAmount(Int64($0.credits))) }) { first, _ in first })
    }
}

extension CreditSettings: Decodable {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case defaultPrice, pool, dailyUserCap, dailyGuildCap, allowances, articles
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        defaultPrice = try container.credits(.defaultPrice, from: 0) ?? 1
        pool = try container.decodeIfPresent(CreditPolicy.PoolRule.self, forKey: .pool) ?? .poolFirst
        dailyUserCap = try container.credits(.dailyUserCap, from: 0)
        dailyGuildCap = try container.credits(.dailyGuildCap, from: 0)
        allowances = try container.decodeIfPresent([Allowance].self, forKey: .allowances) ?? []
        articles = try container.decodeIfPresent([Article].self, forKey: .articles) ?? []
        guard Set(articles.map(\.sku)).count == articles.count else { throw container.problem(.articles, "two articles have the same sku") }
        guard Set(allowances.map(\.name)).count == allowances.count else {
            throw container.problem(.allowances, "two allowances have the same name")
        }
    }
}

extension CreditSettings.Allowance: Decodable {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, role, period, amount
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        guard (1...40).contains(name.utf8.count), name.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw container.problem(.name, "a name has 1 to 40 visible ASCII characters")
        }
        role = try container.decodeIfPresent(UInt64.self, forKey: .role)
        period = try container.decode(CreditPeriod.self, forKey: .period)
        guard let amount = try container.credits(.amount, from: 1) else { throw container.problem(.amount, "it is missing") }
        self.amount = amount
    }
}

extension CreditSettings.Article: Decodable {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case sku, credits, link, price
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        sku = try container.decode(String.self, forKey: .sku)
        guard (1...100).contains(sku.utf8.count), sku.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw container.problem(.sku, "a sku has 1 to 100 visible ASCII characters")
        }
        guard let credits = try container.credits(.credits, from: 1) else { throw container.problem(.credits, "it is missing") }
        self.credits = credits
        link = try container.decodeIfPresent(String.self, forKey: .link)
        if let link, URL(string: link).map({ $0.scheme == "https" && $0.host() != nil }) != true {
            throw container.problem(.link, "it must be an https address")
        }
        price = try container.decodeIfPresent(String.self, forKey: .price)
        if let price, CardArticle.Price(price) == nil { throw container.problem(.price, "write it as 4.99 EUR") }
    }
}

extension KeyedDecodingContainer {
    fileprivate func credits(_ key: Key, from least: Int) throws -> Int? {
        guard let number = try decodeIfPresent(Int.self, forKey: key) else { return nil }
        guard (least...1_000_000_000).contains(number) else { throw problem(key, "it must be \(least) to 1000000000") }
        return number
    }
}
