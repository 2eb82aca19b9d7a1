/// What a lost connection means for the session. Source: Discord's table of gateway close codes.
enum GatewayCloseVerdict: Equatable {
    /// Connect again and resume. Also the answer to no code at all and to codes nobody has documented.
    case resume
    /// The session is gone; connect again and identify.
    case newSession
    /// A person must mend something first.
    case fatal(GatewayError)

    /// The code with which we leave when the session shall live; 1000 and 1001 would end it.
    static let keepSession: UInt16 = 4_000
    /// The code with which we leave a session for good.
    static let endSession: UInt16 = 1_000

    init(closeCode: UInt16?) {
        self =
            switch closeCode {
            case 4_004: .fatal(GatewayError(.wrongToken))
            case 4_007, 4_009: .newSession
            case 4_010: .fatal(GatewayError(.invalidShard))
            case 4_011: .fatal(GatewayError(.shardingRequired))
            case 4_012: .fatal(GatewayError(.invalidVersion))
            case 4_013: .fatal(GatewayError(.invalidIntents))
            case 4_014: .fatal(GatewayError(.disallowedIntents))
            default: .resume
            }
    }
}
