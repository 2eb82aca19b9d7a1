import Credits
import Storage
import Support

extension History {
    /// Lets the clients run at once, then compares what they heard with what the ledger says.
    /// - Returns: what does not agree.
    func run(on bench: LedgerBench) async throws -> [String] {
        let made = try await bench.book.create(
            NewVouchers(batch: "history:\(seed)", credits: CreditAmount(11)), randomness: bench.randomness, at: bench.start)
        guard let code = made?.first?.code else { return ["no voucher"] }
        let heard = try await withThrowingTaskGroup(of: Heard.self, returning: Heard.self) { group in
            for (number, client) in clients.enumerated() {
                group.addTask {
                    var heard = Heard()
                    for (place, (step, fate)) in client.enumerated() {
                        let now = bench.at(Double(place * 20 + number))
                        try await walk(step, fate, code, bench, now, &heard)
                    }
                    return heard
                }
            }
            return try await group.reduce(into: Heard()) { $0.merge($1) }
        }
        return heard.problems + (try await compare(heard, bench))
    }

    private func walk(
        _ step: Step, _ fate: Fate, _ code: VoucherCode, _ bench: LedgerBench, _ now: Timestamp, _ heard: inout Heard
    ) async throws {
        switch fate {
        case .diesBeforeCommit:
            // Nothing of it may be seen afterwards, and nothing is: the sums say so in the end.
            try await die(step, bench, now)
        case .diesAfterCommit:
            // Nobody heard the answer. The client comes back, knows nothing, and asks again.
            var forgotten = Heard()
            try await take(step, code, bench, now, &forgotten)
            try await take(step, code, bench, now, &heard)
            // What only the first call can say.
            for hold in forgotten.settled.values { heard.hear(.settled(hold)) }
            heard.redeemers += forgotten.redeemers
        case .asksTwice:
            try await take(step, code, bench, now, &heard)
            try await take(step, code, bench, now, &heard)
        case .lives: try await take(step, code, bench, now, &heard)
        }
    }

    /// Does the step in a transaction that never commits.
    private func die(_ step: Step, _ bench: LedgerBench, _ now: Timestamp) async throws {
        do {
            try await bench.database.write { [ledger = bench.ledger] tx in
                switch step {
                case .grant(let id, let to, let amount):
                    try ledger.transfer(
                        id: TransferID(id), from: .house(.issued), to: to, amount: CreditAmount(amount), reason: CreditReason(.grant),
                        at: now, in: tx)
                case .gift(let id, let from, let to, let amount):
                    try ledger.transfer(
                        id: TransferID(id), from: from, to: to, amount: CreditAmount(amount), reason: CreditReason(.gift), at: now, in: tx)
                case .hold(let id, let account, let amount): _ = try ledger.hold(newHold(id, account, amount, bench), at: now, in: tx)
                case .post(let id, let amount):
                    _ = try ledger.post(HoldID(id), amount: amount.map { CreditAmount($0) }, at: now, in: tx)
                case .void(let id): _ = try ledger.void(HoldID(id), at: now, in: tx)
                default: break
                }
                throw Died()
            }
        } catch is Died {} catch let error as CreditError where error.code == .insufficient || error.code == .badAmount {}
    }

    private func newHold(_ id: String, _ account: CreditAccount, _ amount: Int64, _ bench: LedgerBench) throws -> NewHold {
        NewHold(
            id: try HoldID(id), account: account, amount: CreditAmount(amount), reason: CreditReason(.work), expiresAt: bench.at(60))
    }

    private func take(_ step: Step, _ code: VoucherCode, _ bench: LedgerBench, _ now: Timestamp, _ heard: inout Heard) async throws {
        let ledger = bench.ledger
        do {
            switch step {
            case .grant(let id, let to, let amount):
                heard.hear(try await ledger.grant(id: TransferID(id), to: to, amount: CreditAmount(amount), at: now))
            case .gift(let id, let from, let to, let amount):
                heard.hear(
                    try await ledger.transfer(
                        id: TransferID(id), from: from, to: to, amount: CreditAmount(amount), reason: CreditReason(.gift), at: now))
            case .hold(let id, let account, let amount): _ = try await ledger.hold(newHold(id, account, amount, bench), at: now)
            case .post(let id, let amount):
                heard.hear(try await ledger.post(HoldID(id), amount: amount.map { CreditAmount($0) }, at: now))
            case .void(let id): heard.hear(try await ledger.void(HoldID(id), at: now))
            case .expire: try await ledger.expireHolds(at: now, limit: 5)
            case .redeem(let user):
                if case .redeemed = try await bench.book.redeem(code, by: user, at: now) { heard.redeemers.append(user) }
            case .buy(let id, let user, let credits):
                switch try await bench.purchases.credit(.discord(id), to: user, sku: "900", credits: CreditAmount(credits), at: now) {
                case .credited(let purchase), .existing(let purchase): heard.bought[purchase.id] = purchase
                }
            case .takeBack(let id, let tenths):
                guard let share = RefundShare(tenths, of: 10) else { return }
                _ = try await bench.purchases.refund(.discord(id), share, at: now)
            case .refund(let id, _): heard.hear(try await refund(id, ledger, now))
            }
        } catch let error as CreditError where [.insufficient, .badAmount, .unknownTransfer].contains(error.code) {}
        for account in people.map({ CreditAccount.user($0) }) {
            let balance = try await ledger.balance(of: account)
            if balance.available < .zero || balance.held < .zero { heard.problems.append("\(account) has \(balance)") }
        }
    }

    private func refund(_ id: String, _ ledger: CreditLedger, _ now: Timestamp) async throws -> CreditTransfer {
        let hold = try HoldID(String(id.dropFirst("refund:".count)))
        return try await ledger.refund(id: TransferID(id), of: hold.transferID, at: now)
    }

    /// Each balance must be what the clients heard, added up.
    private func compare(_ heard: Heard, _ bench: LedgerBench) async throws -> [String] {
        var problems: [String] = []
        if heard.redeemers.count > 1 { problems.append("the voucher was redeemed by \(heard.redeemers)") }
        let pool = CreditAccount.guildPool(seed * 10 + 9)
        for account in people.map({ CreditAccount.user($0) }) + [pool] {
            let balance = try await bench.ledger.balance(of: account)
            var expected = balance.debt.value
            for transfer in heard.transfers.values {
                if transfer.credit == account { expected += transfer.amount.value }
                if transfer.debit == account { expected -= transfer.amount.value }
            }
            for hold in heard.settled.values where hold.account == account { expected -= hold.posted?.value ?? 0 }
            if case .user(let user) = account { expected += Int64(heard.redeemers.count { $0 == user }) * 11 }
            for purchase in heard.bought.values where purchase.account == account {
                let now = try await bench.purchases.purchase(purchase.id)
                expected += purchase.credits.value - (now?.returned.value ?? 0)
            }
            if balance.posted.value != expected {
                problems.append("history \(seed): \(account) has \(balance.posted.value), what was heard adds up to \(expected)")
            }
        }
        return problems
    }
}
