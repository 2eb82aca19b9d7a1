import Discord
import Foundation
import NIOCore
import Storage

/// What ended a process, in a sentence that says what to do.
extension Company {
    func explained(_ error: any Error) -> any Error {
        switch error {
        case let error as GatewayError where error.isFatal:
            CommandFailure(error.advice)
        case let error as IOError where error.errnoCode == EADDRINUSE:
            CommandFailure(
                "\(settings.emulator) is in use by another program (perhaps another Troupe). Stop it, or choose another port: --listen 127.0.0.1:0"
            )
        case let error as IOError where error.errnoCode == EACCES || error.errnoCode == EADDRNOTAVAIL:
            CommandFailure("this machine does not allow listening on \(settings.emulator). Choose another address: --listen 127.0.0.1:8081")
        default:
            error
        }
    }
}
