import Credits
import RepeatableChance
import Storage
import Support

/// One short random history: three people with a pool, three clients at once, who repeat themselves, die before and after the commit,
/// and want more than there is. What each heard is kept, to be compared with what the ledger says in the end.
struct History: Sendable {
    enum Step: Sendable {
        case grant(String, to: CreditAccount, Int64)
        case gift(String, from: CreditAccount, to: CreditAccount, Int64)
        case hold(String, of: CreditAccount, Int64)
        case post(String, Int64?)
        case void(String)
        case expire
        case redeem(UInt64)
        case buy(UInt64, by: UInt64, Int64)
        /// So many tenths of a purchase went back.
        case takeBack(UInt64, Int64)
        case refund(String, of: String)
    }

    /// What happens to a client at a step.
    enum Fate: Sendable { case lives, diesBeforeCommit, diesAfterCommit, asksTwice }

    struct Died: Error {}

    let seed: UInt64
    let people: [UInt64]
    let clients: [[(Step, Fate)]]
    let code: VoucherCode

    init(seed: UInt64) {
        var random = SplitMix64(seed: seed &* 0x2545_F491_4F6C_DD1D)
        self.seed = seed
        let people = (1...3).map { seed * 10 + $0 }
        self.people = people
        code = VoucherCode { random.next() }
        let accounts = people.map { CreditAccount.user($0) } + [.guildPool(seed * 10 + 9)]
        clients = (0..<3).map { _ in
            (0..<Int.random(in: 2...6, using: &random)).map { _ in
                let fate: Fate =
                    switch Int.random(in: 0..<10, using: &random) {
                    case 0: .diesBeforeCommit
                    case 1: .diesAfterCommit
                    case 2: .asksTwice
                    default: .lives
                    }
                return (Self.step(seed, accounts, people, &random), fate)
            }
        }
    }

    /// Few names, so that clients meet on the same ones.
    private static func step(
        _ seed: UInt64, _ accounts: [CreditAccount], _ people: [UInt64], _ random: inout SplitMix64
    ) -> Step {
        let name = "\(seed).\(Int.random(in: 0..<4, using: &random))"
        // The contents follow from the name, or the repeat of another client would be a mistake and not a repeat.
        let size = Int64(name.utf8.reduce(0) { $0 &* 31 &+ Int($1) } % 7 + 1)
        let owner = accounts[Int(size) % accounts.count]
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<4: return .grant("grant:\(name)", to: owner, size * 3)
        case 4..<9: return .hold(name, of: owner, size * 2)
        case 9..<12: return .post(name, Bool.random(using: &random) ? nil : Int64.random(in: 0...size, using: &random))
        case 12..<14: return .void(name)
        case 14: return .gift("gift:\(name)", from: owner, to: accounts[(Int(size) + 1) % accounts.count], size)
        case 15: return .redeem(people.randomElement(using: &random)!)
        case 16: return .buy(seed * 10 + UInt64(size % 3), by: people[Int(size % 3)], size % 3 * 5 + 5)
        case 17: return .takeBack(seed * 10 + UInt64.random(in: 0..<3, using: &random), .random(in: 1...10, using: &random))
        case 18: return .refund("refund:\(name)", of: "hold:\(name)")
        default: return .expire
        }
    }
}

/// What the clients of one history heard.
struct Heard: Sendable {
    var transfers: [TransferID: CreditTransfer] = [:]
    var settled: [HoldID: CreditHold] = [:]
    var redeemers: [UInt64] = []
    var bought: [PurchaseID: CreditPurchase] = [:]
    var problems: [String] = []

    mutating func hear(_ transfer: CreditTransfer) {
        if let before = transfers.updateValue(transfer, forKey: transfer.id), before != transfer {
            problems.append("transfer \(transfer.id) was told in two ways")
        }
    }

    mutating func hear(_ result: SettleResult) {
        guard case .settled(let hold) = result else {
            guard case .alreadySettled(let hold) = result else { return }
            if let before = settled[hold.id], before != hold { problems.append("hold \(hold.id) was told in two ways") }
            return
        }
        if settled.updateValue(hold, forKey: hold.id) != nil { problems.append("hold \(hold.id) was settled twice") }
    }

    mutating func merge(_ other: Heard) {
        for transfer in other.transfers.values { hear(transfer) }
        for hold in other.settled.values { hear(.settled(hold)) }
        redeemers += other.redeemers
        bought.merge(other.bought) { first, _ in first }
        problems += other.problems
    }
}
