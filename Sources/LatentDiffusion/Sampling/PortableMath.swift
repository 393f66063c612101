/// Elementary functions in plain double arithmetic, so that the same input gives the same bits
/// with every C library.
///
/// Swift never contracts `a * b + c` into a fused operation, and `+ - * /` are exactly rounded
/// (IEEE 754), hence every value below is fully determined by this file. Errors stay below
/// 4 units in the last place of a `Double`, far under the rounding to `Float` that follows.
enum PortableMath {
    static let ln2 = 0x1.62e42fefa39efp-1
    private static let ln2High = 0x1.62e42fee00000p-1
    private static let ln2Low = 0x1.a39ef35793c76p-33
    private static let twoPi = 0x1.921fb54442d18p+2

    /// Natural logarithm of a positive normal number; `-infinity` for zero.
    ///
    /// `x = 2ᵉ m` with `m` in (√½, √2], and `ln m = 2 artanh(s)`, `s = (m − 1) / (m + 1)`,
    /// by its power series up to `s²¹` (|s| < 0.172).
    static func log(_ x: Double) -> Double {
        if x == 0 { return -.infinity }
        var mantissa = x.significand
        var exponent = Double(x.exponent)
        if mantissa > 0x1.6a09e667f3bcdp+0 {
            mantissa /= 2
            exponent += 1
        }
        let s = (mantissa - 1) / (mantissa + 1)
        let square = s * s
        var series = 0.0
        for power in stride(from: 21, through: 1, by: -2) { series = series * square + 1 / Double(power) }
        return exponent * ln2High + (2 * s * series + exponent * ln2Low)
    }

    /// The exponential function for |x| ≤ 700.
    ///
    /// `eˣ = 2ᵏ eʳ` with `|r| ≤ ln 2 / 2`, and the power series of `eʳ` up to `r¹⁴`.
    static func exp(_ x: Double) -> Double {
        let k = (x / ln2).rounded(.toNearestOrEven)
        let r = (x - k * ln2High) - k * ln2Low
        var series = 1.0
        for n in stride(from: 14, through: 1, by: -1) { series = series * r / Double(n) + 1 }
        return Double(sign: .plus, exponent: Int(k), significand: series)
    }

    /// Sine and cosine of an angle given in whole turns (1 = 2π).
    ///
    /// The nearest quarter turn is taken off exactly; power series up to the 19th power serve the
    /// rest, which is at most π/4.
    static func sineAndCosine(turns: Double) -> (sine: Double, cosine: Double) {
        let quarters = (turns * 4).rounded(.toNearestOrEven)
        let angle = (turns - quarters / 4) * twoPi
        let square = angle * angle
        var sine = 1.0
        var cosine = 1.0
        for n in stride(from: 18, through: 2, by: -2) {
            cosine = 1 - cosine * square / Double(n * (n - 1))
            sine = 1 - sine * square / Double(n * (n + 1))
        }
        sine *= angle
        switch Int(quarters.truncatingRemainder(dividingBy: 4) + 4) % 4 {
        case 0: return (sine, cosine)
        case 1: return (cosine, -sine)
        case 2: return (-sine, -cosine)
        default: return (-cosine, sine)
        }
    }

    /// The angle in (0, π) whose cosine is `x`, for |x| < 0.9999: Newton's method, from the right angle.
    static func arccosine(_ x: Double) -> Double {
        var angle = twoPi / 4
        for _ in 0..<16 {
            let (sine, cosine) = sineAndCosine(radians: angle)
            angle += (cosine - x) / sine
        }
        return angle
    }

    /// Sine and cosine of an angle in radians.
    static func sineAndCosine(radians: Double) -> (sine: Double, cosine: Double) {
        sineAndCosine(turns: radians / twoPi)
    }
}
