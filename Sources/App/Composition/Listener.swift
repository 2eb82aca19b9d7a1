import Foundation
import NIOCore
import ServiceLifecycle

/// A service that listens, whose failure to do so is told in a sentence that says what to do.
struct Listener: Service {
    let service: any Service
    let address: Address
    /// What to write to have it listen elsewhere.
    let advice: String

    func run() async throws {
        do {
            try await service.run()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw CommandFailure(
                "\(address) is in use by another program (perhaps another Troupe). Stop it, or choose another address: \(advice)")
        } catch let error as IOError where error.errnoCode == EACCES || error.errnoCode == EADDRNOTAVAIL {
            throw CommandFailure("this machine does not allow listening on \(address). Choose another address: \(advice)")
        }
    }
}
