// How far each step goes: up in a straight line, then down along half a cosine (Loshchilov and Hutter, 2017).
import Foundation

public struct LearningRate: Sendable, Equatable, Codable {
    public var highest: Double
    /// Steps on the way up; the last of them has the highest rate.
    public var warmUp: Int
    public var steps: Int
    /// What remains at the end, as a share of the highest.
    public var floor: Double

    public init(highest: Double, warmUp: Int, steps: Int, floor: Double = 0) {
        (self.highest, self.warmUp, self.steps, self.floor) = (highest, warmUp, steps, floor)
    }

    /// - Parameter step: counted from 0.
    public func rate(at step: Int) -> Double {
        if step < warmUp { return highest * Double(step + 1) / Double(warmUp) }
        let way = min(1, Double(step - warmUp) / Double(max(1, steps - warmUp)))
        return highest * (floor + (1 - floor) * 0.5 * (1 + cos(Double.pi * way)))
    }
}
