extension AuditQuestion {
    static let all = accounts + transfers + holds + debts + others

    private static let accounts = [
        AuditQuestion(
            "credit_accounts", comparing: "its balance, by the sum of its entries,",
            """
            SELECT a.account AS row_key, a.posted AS is_value, CAST(COALESCE(SUM(e.amount), 0) AS BIGINT) AS must_value
            FROM credit_accounts AS a LEFT JOIN credit_entries AS e ON e.account = a.account
            GROUP BY a.account, a.posted HAVING a.posted <> COALESCE(SUM(e.amount), 0) ORDER BY a.account
            """),
        AuditQuestion(
            "credit_accounts", comparing: "its number of entries",
            """
            SELECT a.account AS row_key, a.sequence AS is_value, COUNT(e.account) AS must_value
            FROM credit_accounts AS a LEFT JOIN credit_entries AS e ON e.account = a.account
            GROUP BY a.account, a.sequence HAVING a.sequence <> COUNT(e.account) ORDER BY a.account
            """),
        AuditQuestion(
            "credit_accounts", comparing: "what it has promised, by its open holds,",
            """
            SELECT a.account AS row_key, a.held AS is_value, CAST(COALESCE(SUM(h.amount), 0) AS BIGINT) AS must_value
            FROM credit_accounts AS a LEFT JOIN credit_holds AS h ON h.account = a.account AND h.state = 'held'
            GROUP BY a.account, a.held HAVING a.held <> COALESCE(SUM(h.amount), 0) ORDER BY a.account
            """),
        AuditQuestion(
            "credit_accounts", "it has less than nothing, or has promised more than it has",
            "SELECT account AS row_key FROM credit_accounts WHERE posted < 0 OR held < 0 OR held > posted OR debt < 0 ORDER BY account"),
        AuditQuestion(
            "credit_entries", "it belongs to an account that is missing",
            """
            SELECT e.account || ' ' || e.sequence AS row_key FROM credit_entries AS e
            LEFT JOIN credit_accounts AS a ON a.account = e.account WHERE a.account IS NULL ORDER BY e.account, e.sequence
            """),
        AuditQuestion(
            "credit_entries", "its balance does not follow from the entry before",
            """
            SELECT e.account || ' ' || e.sequence AS row_key FROM credit_entries AS e
            LEFT JOIN credit_entries AS p ON p.account = e.account AND p.sequence = e.sequence - 1
            WHERE e.balance < 0 OR e.balance <> COALESCE(p.balance, 0) + e.amount OR (e.sequence > 1 AND p.sequence IS NULL)
            ORDER BY e.account, e.sequence
            """),
    ]

    private static let transfers = [
        AuditQuestion(
            "credit_transfers", "the account it debits has no entry for it",
            """
            SELECT t.id AS row_key FROM credit_transfers AS t
            LEFT JOIN credit_entries AS e ON e.transfer = t.number AND e.account = t.debit AND e.amount = -t.amount
            WHERE t.debit NOT LIKE 'house:%' AND e.account IS NULL ORDER BY t.number
            """),
        AuditQuestion(
            "credit_transfers", "the account it credits has no entry for it",
            """
            SELECT t.id AS row_key FROM credit_transfers AS t
            LEFT JOIN credit_entries AS e ON e.transfer = t.number AND e.account = t.credit AND e.amount = t.amount
            WHERE t.credit NOT LIKE 'house:%' AND e.account IS NULL ORDER BY t.number
            """),
        AuditQuestion(
            "credit_entries", "no transfer says this",
            """
            SELECT e.account || ' ' || e.sequence AS row_key FROM credit_entries AS e
            LEFT JOIN credit_transfers AS t ON t.number = e.transfer
                AND ((t.debit = e.account AND e.amount = -t.amount) OR (t.credit = e.account AND e.amount = t.amount))
            WHERE t.number IS NULL ORDER BY e.account, e.sequence
            """),
        AuditQuestion(
            "credit_transfers", comparing: "the sum of its refunds is more than itself: it",
            """
            SELECT t.id AS row_key, CAST(SUM(r.amount) AS BIGINT) AS is_value, t.amount AS must_value
            FROM credit_transfers AS t JOIN credit_transfers AS r ON r.refund_of = t.id
            GROUP BY t.id, t.amount HAVING SUM(r.amount) > t.amount ORDER BY t.id
            """),
        AuditQuestion(
            "credit_transfers", "it does not go back the way of what it refunds",
            """
            SELECT r.id AS row_key FROM credit_transfers AS r JOIN credit_transfers AS t ON t.id = r.refund_of
            WHERE r.debit <> t.credit OR r.credit <> t.debit ORDER BY r.number
            """),
    ]

    private static let holds = [
        AuditQuestion(
            "credit_holds", "it was posted, but its transfer is missing or says otherwise",
            """
            SELECT h.id AS row_key FROM credit_holds AS h
            LEFT JOIN credit_transfers AS t ON t.id = 'hold:' || h.id AND t.debit = h.account AND t.amount = h.posted
            WHERE h.state = 'posted' AND t.id IS NULL ORDER BY h.id
            """),
        AuditQuestion(
            "credit_transfers", "it pays out of a hold that was not posted",
            """
            SELECT t.id AS row_key FROM credit_transfers AS t
            LEFT JOIN credit_holds AS h ON t.id = 'hold:' || h.id AND h.state = 'posted'
            WHERE t.id LIKE 'hold:%' AND h.id IS NULL ORDER BY t.number
            """),
        AuditQuestion(
            "credit_holds", "its account is missing",
            """
            SELECT h.id AS row_key FROM credit_holds AS h LEFT JOIN credit_accounts AS a ON a.account = h.account
            WHERE a.account IS NULL ORDER BY h.id
            """),
    ]

    private static let debts = [
        AuditQuestion(
            "credit_accounts", comparing: "its debt",
            """
            SELECT a.account AS row_key, a.debt AS is_value, CAST(COALESCE(SUM(d.amount - d.paid), 0) AS BIGINT) AS must_value
            FROM credit_accounts AS a LEFT JOIN credit_debts AS d ON d.account = a.account
            GROUP BY a.account, a.debt HAVING a.debt <> COALESCE(SUM(d.amount - d.paid), 0) ORDER BY a.account
            """),
        AuditQuestion(
            "credit_debts", comparing: "what was paid of it",
            """
            SELECT d.id AS row_key, d.paid AS is_value, CAST(COALESCE(SUM(t.amount), 0) AS BIGINT) AS must_value
            FROM credit_debts AS d LEFT JOIN credit_transfers AS t
                ON t.code = 'debt' AND t.note = d.id AND t.debit = d.account AND t.credit = d.creditor
            GROUP BY d.id, d.paid HAVING d.paid <> COALESCE(SUM(t.amount), 0) ORDER BY d.id
            """),
    ]

    private static let others = [
        AuditQuestion(
            "credit_vouchers", "it was redeemed, but its transfer is missing or says otherwise",
            """
            SELECT CAST(v.number AS TEXT) AS row_key FROM credit_vouchers AS v
            LEFT JOIN credit_transfers AS t ON t.id = 'voucher:' || v.number AND t.credit = v.redeemed_by AND t.amount = v.credits
            WHERE v.redeemed_at IS NOT NULL AND t.id IS NULL ORDER BY v.number
            """),
        AuditQuestion(
            "credit_transfers", "it pays for a voucher that was not redeemed",
            """
            SELECT t.id AS row_key FROM credit_transfers AS t
            LEFT JOIN credit_vouchers AS v ON t.id = 'voucher:' || v.number AND v.redeemed_by = t.credit
            WHERE t.id LIKE 'voucher:%' AND v.number IS NULL ORDER BY t.number
            """),
        AuditQuestion(
            "credit_purchases", "its transfer is missing or says otherwise",
            """
            SELECT p.id AS row_key FROM credit_purchases AS p
            LEFT JOIN credit_transfers AS t ON t.id = p.transfer AND t.credit = p.account AND t.amount = p.credits
            WHERE t.id IS NULL ORDER BY p.id
            """),
        AuditQuestion(
            "credit_purchases", comparing: "what went back of it, by its refunds,",
            """
            SELECT p.id AS row_key, p.returned AS is_value, CAST(COALESCE(SUM(r.credits), 0) AS BIGINT) AS must_value
            FROM credit_purchases AS p LEFT JOIN credit_purchase_refunds AS r ON r.purchase = p.id
            GROUP BY p.id, p.returned HAVING p.returned <> COALESCE(SUM(r.credits), 0) ORDER BY p.id
            """),
        AuditQuestion(
            "credit_purchases", comparing: "what was taken back of it at once",
            """
            SELECT p.id AS row_key, COALESCE(p.taken_back, 0) AS is_value, CAST(COALESCE(SUM(r.taken_back), 0) AS BIGINT) AS must_value
            FROM credit_purchases AS p LEFT JOIN credit_purchase_refunds AS r ON r.purchase = p.id
            GROUP BY p.id, p.taken_back HAVING COALESCE(p.taken_back, 0) <> COALESCE(SUM(r.taken_back), 0) ORDER BY p.id
            """),
        AuditQuestion(
            "credit_transfers", "it takes a purchase back of which no refund is known",
            """
            SELECT t.id AS row_key FROM credit_transfers AS t LEFT JOIN credit_purchase_refunds AS r ON r.id = t.id
            WHERE t.id LIKE 'purchase-refund:%' AND r.id IS NULL ORDER BY t.number
            """),
        AuditQuestion(
            "credit_purchase_refunds", "what was taken back and what is owed is not what went back",
            """
            SELECT r.id AS row_key FROM credit_purchase_refunds AS r
            LEFT JOIN credit_purchases AS p ON p.id = r.purchase
            LEFT JOIN credit_transfers AS t ON t.id = r.id AND t.refund_of = p.transfer
            LEFT JOIN credit_debts AS d ON d.id = r.id AND d.account = p.account
            WHERE COALESCE(t.amount, 0) <> r.taken_back OR COALESCE(t.amount, 0) + COALESCE(d.amount, 0) <> r.credits
            ORDER BY r.id
            """),
    ]
}
