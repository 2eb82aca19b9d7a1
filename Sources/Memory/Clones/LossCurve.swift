/// The losses of a training, step by step, in bounded room: once there are too many points, neighbours are joined to their mean.
public struct LossCurve: Sendable, Hashable, Codable {
    public struct Point: Sendable, Hashable, Codable {
        /// After how many steps.
        public var step: Int
        /// A mean over tokens, in nats.
        public var loss: Double
    }

    /// Points kept of each of the two; even.
    public static let most = 120

    /// Of what was learnt from; each point is the mean of the ``span`` steps up to it, the last one of those so far.
    public private(set) var learnt: [Point] = []
    /// Of what was held out.
    public private(set) var heldOut: [Point] = []
    /// Steps that a point stands for.
    public private(set) var span = 1
    /// Steps that the last point stands for.
    private var filled = 0

    public init() {}

    /// - Parameter step: counted from 1.
    public mutating func learned(_ loss: Double, step: Int) {
        guard loss.isFinite else { return }
        if let last = learnt.indices.last, filled < span {
            filled += 1
            learnt[last] = Point(step: step, loss: learnt[last].loss + (loss - learnt[last].loss) / Double(filled))
            return
        }
        learnt.append(Point(step: step, loss: loss))
        filled = 1
        guard learnt.count > Self.most else { return }
        learnt = stride(from: 0, to: learnt.count, by: 2).map { first in
            guard first + 1 < learnt.count else { return learnt[first] }
            return Point(step: learnt[first + 1].step, loss: (learnt[first].loss + learnt[first + 1].loss) / 2)
        }
        // The odd one out, the last, stands for one step still.
        span *= 2
    }

    /// - Parameter step: counted from 0; a look at a step that was looked at takes the other's place.
    public mutating func looked(_ loss: Double, step: Int) {
        guard loss.isFinite else { return }
        heldOut.removeAll { $0.step >= step }
        heldOut.append(Point(step: step, loss: loss))
        // The first and the latest stay.
        if heldOut.count > Self.most { heldOut = heldOut.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element) }
    }

    /// Forgets what came after so many steps: a training goes on from there.
    public mutating func cut(to steps: Int) {
        learnt.removeAll { $0.step > steps }
        heldOut.removeAll { $0.step > steps }
        filled = span
    }
}
