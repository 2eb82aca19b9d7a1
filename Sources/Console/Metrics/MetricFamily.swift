/// What Prometheus is told at one moment: pure values and their text.
/// Source: https://prometheus.io/docs/instrumenting/exposition_formats/
public struct MetricFamily: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable {
        case counter, gauge, histogram
    }

    /// One line of it.
    public struct Sample: Sendable, Hashable {
        /// After the family's name: `_bucket`, `_sum`, `_count` or nothing.
        var suffix = ""
        var labels: [Label]
        var value: Double

        public init(_ labels: [Label] = [], _ value: Double) {
            self.labels = labels
            self.value = value
        }

        init(suffix: String, _ labels: [Label], _ value: Double) {
            self.init(labels, value)
            self.suffix = suffix
        }
    }

    public struct Label: Sendable, Hashable {
        var name: String
        var value: String

        public init(_ name: String, _ value: String) {
            self.name = MetricFamily.validName(name)
            self.value = value
        }
    }

    var name: String
    var kind: Kind
    var samples: [Sample]

    /// - Parameter name: as `troupe_queue_waiting`; other characters than letters, digits and `_` become `_`.
    public init(_ name: String, _ kind: Kind, _ samples: [Sample]) {
        self.name = Self.validName(name)
        self.kind = kind
        self.samples = samples
    }

    /// The lines of this family.
    var text: String {
        var text = "# TYPE \(name) \(kind.rawValue)\n"
        for sample in samples {
            let labels = sample.labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
            text += name + sample.suffix + (labels.isEmpty ? "" : "{\(labels)}") + " \(Self.number(sample.value))\n"
        }
        return text
    }

    static func validName(_ name: String) -> String {
        let letters = name.unicodeScalars.map { scalar -> Character in
            let isAllowed = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(Character(scalar)) || scalar == "_")
            return isAllowed ? Character(scalar) : "_"
        }
        return letters.first.map { ("0"..."9").contains($0) ? "_" : "" }.map { $0 + String(letters) } ?? "_"
    }

    private static func escaped(_ value: String) -> String {
        value.reduce(into: "") { text, character in
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.append(character)
            }
        }
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }
}
