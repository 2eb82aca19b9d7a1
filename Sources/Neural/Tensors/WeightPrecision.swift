/// How the weights of linear layers are kept that a checkpoint stores as floats.
public enum WeightPrecision: String, Sendable, CaseIterable {
    /// As they are stored.
    case stored
    /// In 8 bits, 32 to a scale, multiplied with activations in 8 bits: a quarter to half of the memory, and of the bytes read at each step,
    /// for a small error in each product.
    case eightBits = "8bit"
}
