/// MT19937 (Matsumoto and Nishimura, ACM TOMACS 8, 1998), seeded by 32 bits as C++'s `std::mt19937` and PyTorch's CPU
/// generator are.
struct MersenneTwister {
    private static let size = 624
    private var state: [UInt32]
    private var next = size

    init(seed: UInt32) {
        state = [seed]
        for index in 1..<UInt32(Self.size) {
            let last = state[Int(index) - 1]
            state.append(1_812_433_253 &* (last ^ (last >> 30)) &+ index)
        }
    }

    mutating func word() -> UInt32 {
        if next == Self.size { twist() }
        var word = state[next]
        next += 1
        word ^= word >> 11
        word ^= (word << 7) & 0x9d2c_5680
        word ^= (word << 15) & 0xefc6_0000
        return word ^ (word >> 18)
    }

    private mutating func twist() {
        for index in 0..<Self.size {
            let joined = (state[index] & 0x8000_0000) | (state[(index + 1) % Self.size] & 0x7fff_ffff)
            state[index] = state[(index + 397) % Self.size] ^ (joined >> 1) ^ (joined & 1 == 0 ? 0 : 0x9908_b0df)
        }
        next = 0
    }
}
