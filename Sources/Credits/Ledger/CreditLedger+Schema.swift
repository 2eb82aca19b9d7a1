import Storage

extension CreditLedger {
    /// The tables of the ledger. They state what must hold, so that a wrong program fails instead of inventing credits:
    ///
    /// - no account has less than nothing, nor promises more than it has;
    /// - an account's balance is that of its last entry, and each entry's that of the one before plus its amount, all the way
    ///   down to the first, which begins at zero (the references between them see to it);
    /// - each transfer, hold, voucher and purchase exists once under its id.
    ///
    /// House accounts have neither rows nor entries: their balances are counted from the transfers, so that no two payments
    /// wait for one another.
    public static let schema = Schema(
        module: "credits",
        migrations: [
            .init(1, "ledger", ledger),
            .init(2, "vouchers", vouchers),
            .init(3, "purchases", purchases),
            .init(4, "rules changed by the owner", CreditRuleBook.tables),
            .init(5, "payments by card", PurchaseBook.paymentEvents),
            .init(6, "purchases taken back in parts", PurchaseBook.refunds),
        ])

    /// Amounts are bounded so that no sum can overflow 64 bits.
    private static let ledger = [
        """
        CREATE TABLE credit_transfers (
            number {identity},
            id {text} NOT NULL UNIQUE,
            debit {text} NOT NULL,
            credit {text} NOT NULL,
            amount {integer} NOT NULL,
            code {text} NOT NULL,
            note {text} NOT NULL,
            refund_of {text} REFERENCES credit_transfers (id),
            created_at {integer} NOT NULL,
            CONSTRAINT transfer_id CHECK (length(id) BETWEEN 1 AND 160),
            CONSTRAINT transfer_amount CHECK (amount BETWEEN 1 AND 1000000000000),
            CONSTRAINT transfer_accounts CHECK (
                debit <> credit AND (debit LIKE 'user:%' OR debit LIKE 'pool:%' OR debit LIKE 'house:%')
                AND (credit LIKE 'user:%' OR credit LIKE 'pool:%' OR credit LIKE 'house:%')),
            CONSTRAINT transfer_note CHECK (length(code) BETWEEN 1 AND 40 AND length(note) <= 1000)
        ){strict}
        """,
        "CREATE INDEX credit_transfers_refunds ON credit_transfers (refund_of) WHERE refund_of IS NOT NULL",
        """
        CREATE TABLE credit_entries (
            account {text} NOT NULL,
            sequence {integer} NOT NULL,
            transfer {integer} NOT NULL REFERENCES credit_transfers (number),
            amount {integer} NOT NULL,
            balance {integer} NOT NULL,
            previous {integer},
            previous_balance {integer} NOT NULL,
            PRIMARY KEY (account, sequence),
            UNIQUE (account, sequence, balance),
            UNIQUE (transfer, account),
            FOREIGN KEY (account, previous, previous_balance) REFERENCES credit_entries (account, sequence, balance),
            CONSTRAINT entry_account CHECK (account LIKE 'user:%' OR account LIKE 'pool:%'),
            CONSTRAINT entry_balance CHECK (
                amount <> 0 AND balance BETWEEN 0 AND 1000000000000000 AND balance = previous_balance + amount),
            CONSTRAINT entry_order CHECK (
                (sequence = 1 AND previous IS NULL AND previous_balance = 0)
                OR (sequence > 1 AND previous IS NOT NULL AND previous = sequence - 1))
        ){strict}
        """,
        """
        CREATE TABLE credit_accounts (
            account {text} NOT NULL PRIMARY KEY,
            posted {integer} NOT NULL,
            held {integer} NOT NULL,
            debt {integer} NOT NULL,
            sequence {integer} NOT NULL,
            FOREIGN KEY (account, sequence, posted) REFERENCES credit_entries (account, sequence, balance)
                DEFERRABLE INITIALLY DEFERRED,
            CONSTRAINT account_balance CHECK (posted BETWEEN 0 AND 1000000000000000 AND held BETWEEN 0 AND posted AND debt >= 0)
        ){strict}
        """,
        """
        CREATE TABLE credit_holds (
            id {text} NOT NULL PRIMARY KEY,
            account {text} NOT NULL REFERENCES credit_accounts (account),
            amount {integer} NOT NULL,
            code {text} NOT NULL,
            note {text} NOT NULL,
            user_key {text},
            guild_key {text},
            state {text} NOT NULL,
            posted {integer},
            created_at {integer} NOT NULL,
            expires_at {integer} NOT NULL,
            settled_at {integer},
            CONSTRAINT hold_id CHECK (length(id) BETWEEN 1 AND 100),
            CONSTRAINT hold_amount CHECK (amount BETWEEN 1 AND 1000000000000),
            CONSTRAINT hold_state CHECK (state IN ('held', 'posted', 'voided', 'expired')),
            CONSTRAINT hold_end CHECK ((state = 'held') = (settled_at IS NULL)),
            CONSTRAINT hold_posted CHECK (
                (state = 'posted') = (posted IS NOT NULL) AND (posted IS NULL OR posted BETWEEN 1 AND amount)),
            CONSTRAINT hold_note CHECK (length(code) BETWEEN 1 AND 40 AND length(note) <= 1000)
        ){strict}
        """,
        "CREATE INDEX credit_holds_open ON credit_holds (expires_at, id) WHERE state = 'held'",
        "CREATE INDEX credit_holds_of_account ON credit_holds (account, created_at) WHERE state = 'held'",
        "CREATE INDEX credit_holds_of_user ON credit_holds (user_key, created_at) WHERE user_key IS NOT NULL",
        "CREATE INDEX credit_holds_of_guild ON credit_holds (guild_key, created_at) WHERE guild_key IS NOT NULL",
        """
        CREATE TABLE credit_debts (
            id {text} NOT NULL PRIMARY KEY,
            account {text} NOT NULL REFERENCES credit_accounts (account),
            creditor {text} NOT NULL,
            amount {integer} NOT NULL,
            paid {integer} NOT NULL,
            payments {integer} NOT NULL,
            created_at {integer} NOT NULL,
            CONSTRAINT debt_amount CHECK (amount BETWEEN 1 AND 1000000000000 AND paid BETWEEN 0 AND amount),
            CONSTRAINT debt_payments CHECK (payments BETWEEN 0 AND paid),
            CONSTRAINT debt_creditor CHECK (creditor LIKE 'house:%')
        ){strict}
        """,
        "CREATE INDEX credit_debts_open ON credit_debts (account, created_at, id) WHERE paid < amount",
    ]

    private static let vouchers = [
        """
        CREATE TABLE credit_vouchers (
            number {identity},
            code_hash {bytes} NOT NULL UNIQUE,
            credits {integer} NOT NULL,
            note {text} NOT NULL,
            batch {text} NOT NULL,
            position {integer} NOT NULL,
            created_at {integer} NOT NULL,
            expires_at {integer},
            revoked_at {integer},
            redeemed_at {integer},
            redeemed_by {text},
            redemption {text} REFERENCES credit_transfers (id) DEFERRABLE INITIALLY DEFERRED,
            UNIQUE (batch, position),
            CONSTRAINT voucher_hash CHECK (length(code_hash) = 32),
            CONSTRAINT voucher_credits CHECK (credits BETWEEN 1 AND 1000000000000),
            CONSTRAINT voucher_note CHECK (length(note) <= 1000 AND length(batch) BETWEEN 1 AND 120),
            CONSTRAINT voucher_end CHECK (
                (redeemed_at IS NULL) = (redeemed_by IS NULL) AND (redeemed_at IS NULL) = (redemption IS NULL)
                AND (redeemed_at IS NULL OR revoked_at IS NULL))
        ){strict}
        """,
        "CREATE INDEX credit_vouchers_of ON credit_vouchers (redeemed_by, number) WHERE redeemed_by IS NOT NULL",
        """
        CREATE TABLE credit_voucher_attempts (
            user_key {text} NOT NULL,
            attempted_at {integer} NOT NULL
        ){strict}
        """,
        "CREATE INDEX credit_voucher_attempts_of ON credit_voucher_attempts (user_key, attempted_at)",
    ]

    private static let purchases = [
        """
        CREATE TABLE credit_purchases (
            id {text} NOT NULL PRIMARY KEY,
            account {text} NOT NULL,
            sku {text} NOT NULL,
            credits {integer} NOT NULL,
            credited_at {integer} NOT NULL,
            consumed_at {integer},
            refunded_at {integer},
            taken_back {integer},
            transfer {text} NOT NULL UNIQUE REFERENCES credit_transfers (id) DEFERRABLE INITIALLY DEFERRED,
            CONSTRAINT purchase_id CHECK (length(id) BETWEEN 1 AND 100 AND length(sku) BETWEEN 1 AND 100),
            CONSTRAINT purchase_credits CHECK (credits BETWEEN 1 AND 1000000000000),
            CONSTRAINT purchase_refund CHECK (
                (refunded_at IS NULL) = (taken_back IS NULL) AND (taken_back IS NULL OR taken_back BETWEEN 0 AND credits))
        ){strict}
        """,
        "CREATE INDEX credit_purchases_unconsumed ON credit_purchases (credited_at, id) WHERE consumed_at IS NULL",
    ]
}
