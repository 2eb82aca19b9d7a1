public import Storage

extension CreditLedger {
    /// Credits that operators gave or took, at the terminal, over the API and in Discord: of the latest 100,000 transfers. What the
    /// console gives, it notes itself, with who it was.
    public static let history = ChangeHistory(
        """
        SELECT 'transfer:' || CAST(number AS TEXT) AS entry, created_at AS moment,
            CASE WHEN id LIKE 'grant:%' THEN 'terminal' WHEN id LIKE 'pool:%' THEN 'discord' ELSE 'api' END AS place, 'credits' AS kind,
            CAST(NULL AS TEXT) AS who, CAST(NULL AS BIGINT) AS guild,
            CAST(amount AS TEXT) || ' credits from ' || debit || ' to ' || credit || CASE WHEN note = '' THEN '' ELSE ': ' || note END
                AS words
        FROM credit_transfers
        WHERE number > (SELECT COALESCE(MAX(number), 0) FROM credit_transfers) - 100000
            AND (code = 'grant' OR id LIKE 'api:%' OR id LIKE 'older-api:%') AND id NOT LIKE 'console:%'
        """)
}

extension VoucherBook {
    /// Vouchers that were made, a line a batch: of the latest 100,000.
    public static let history = ChangeHistory(
        """
        SELECT 'vouchers:' || CAST(MIN(number) AS TEXT) AS entry, MIN(created_at) AS moment,
            CASE WHEN batch LIKE 'terminal:%' THEN 'terminal' WHEN batch LIKE 'api:%' OR batch LIKE 'older-api:%' THEN 'api'
                ELSE 'discord' END AS place, 'credits' AS kind, CAST(NULL AS TEXT) AS who, CAST(NULL AS BIGINT) AS guild,
            CASE COUNT(*) WHEN 1 THEN 'a voucher' ELSE CAST(COUNT(*) AS TEXT) || ' vouchers' END || ' of ' || CAST(MIN(credits) AS TEXT)
                || ' made' AS words
        FROM credit_vouchers WHERE number > (SELECT COALESCE(MAX(number), 0) FROM credit_vouchers) - 100000 GROUP BY batch
        """)
}

extension CreditRuleBook {
    /// What the owner changed of the rules in Discord.
    public static let history = ChangeHistory(
        """
        SELECT 'rules:' || CAST(version AS TEXT) AS entry, changed_at AS moment, 'discord' AS place, 'credits' AS kind, changed_by AS who,
            CAST(NULL AS BIGINT) AS guild, 'rules: ' || summary AS words
        FROM credit_rules
        """)
}
