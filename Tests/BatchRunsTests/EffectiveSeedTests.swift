import Testing

@testable import BatchRuns

@Suite struct EffectiveSeedTests {
    /// Expected values are from Python: h = 0xcbf29ce484222325; for b in base.to_bytes(8, "little") + path.encode():
    /// h = (h ^ b) * 0x100000001b3 % 2**64; then h % 2**63.
    @Test(arguments: [
        (UInt64(0), "", UInt64(2938590176187398597)),
        (UInt64(0), "dog.wav", UInt64(827910762678909113)),
        (UInt64(7), "dog.wav", UInt64(2709455469963946060)),
        (UInt64(0), "a/dog.wav", UInt64(2350105425227186117)),
        (UInt64(9223372036854775807), "犬/é.flac", UInt64(283898053253747883)),
    ])
    func equalsKnownValues(base: UInt64, path: String, expected: UInt64) {
        #expect(EffectiveSeed.hash(base: base, path: path) == expected)
    }

    @Test func dependsOnBytesNotOnCharacters() {
        #expect(EffectiveSeed.hash(base: 0, path: "\u{e9}") != EffectiveSeed.hash(base: 0, path: "e\u{301}"))
    }

    @Test func neverHasTheHighestBit() {
        for i in 0..<1000 { #expect(EffectiveSeed.hash(base: UInt64(i), path: "\(i).wav") <= UInt64(Int64.max)) }
    }

    @Test func countsOnAndAround() {
        #expect(EffectiveSeed.sequence(from: 5, count: 3) == [5, 6, 7])
        #expect(EffectiveSeed.sequence(from: UInt64(Int64.max), count: 2) == [UInt64(Int64.max), 0])
    }
}
