import Foundation
import TensorCore
import Testing

@testable import LatentDiffusion

@Suite struct NoiseGeneratorTests {
    /// The lines "philox4x32 10" of `kat_vectors` in the Random123 distribution.
    @Test func philoxKnownAnswers() {
        #expect(
            Philox.block(counter: SIMD4(repeating: 0), key: SIMD2(repeating: 0))
                == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
        #expect(
            Philox.block(counter: SIMD4(repeating: .max), key: SIMD2(repeating: .max))
                == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
        #expect(
            Philox.block(
                counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
                key: SIMD2(0xa409_3822, 0x299f_31d0))
                == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
    }

    /// NumPy's double-precision logarithm, sine and cosine agree to 1e-15, so after rounding to `Float` only
    /// a value within that of a rounding boundary could differ: one in half a billion.
    @Test(arguments: ["0", "1", "12345", "largest"])
    func equalsTheReference(name: String) throws {
        let seed = name == "largest" ? UInt64.max : try #require(UInt64(name))
        let expected = try Fixture.tensors("noise.safetensors").tensor("seed.\(name)")
        #expect(identical(NoiseGenerator(seed: seed).noise(shape: [61]), expected))
    }

    @Test func distantBlocks() throws {
        let expected = try Fixture.tensors("noise.safetensors").tensor("far").floats
        let generator = NoiseGenerator(seed: 7)
        let blocks = [generator.block((1 << 40) + 3), generator.block((1 << 40) + 4)]
        #expect(blocks.flatMap { [$0.x, $0.y, $0.z, $0.w] } == expected)
    }

    @Test func streams() throws {
        let expected = try Fixture.tensors("noise.safetensors").tensor("stream")
        #expect(identical(NoiseGenerator(seed: 7, stream: 3).noise(shape: [61]), expected))
    }

    @Test func elementDependsOnItsIndexAlone() {
        let generator = NoiseGenerator(seed: 3)
        let long = generator.noise(shape: [1000]).floats
        for count in [1, 2, 3, 4, 5, 999] {
            #expect(generator.noise(shape: [count]).floats == Array(long.prefix(count)))
        }
    }

    @Test func distribution() {
        let count = 400_000
        let values = NoiseGenerator(seed: 42).noise(shape: [count]).floats.map(Double.init)
        func moment(_ power: Double) -> Double { values.reduce(0) { $0 + pow($1, power) } / Double(count) }
        // Five standard errors of each moment of a unit normal: √(1, 2, 15, 96) / √count.
        let unit = 5 / Double(count).squareRoot()
        #expect(abs(moment(1)) < unit)
        #expect(abs(moment(2) - 1) < unit * 2.0.squareRoot())
        #expect(abs(moment(3)) < unit * 15.0.squareRoot())
        #expect(abs(moment(4) - 3) < unit * 96.0.squareRoot())
        #expect(values.allSatisfy { abs($0) < 6.67 })
        let neighbours = zip(values, values.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / Double(count)
        #expect(abs(neighbours) < unit)
    }

    @Test func portableMathAgreesWithTheCLibrary() {
        for index in 0..<2000 {
            let u = (Double(index) + 0.37) / 2000
            #expect(abs(PortableMath.log(u) - log(u)) <= 1e-15 * (1 + abs(log(u))))
            let x = 200 * (u - 0.5)
            #expect(abs(PortableMath.exp(x) - exp(x)) <= 2e-15 * exp(x))
            for turns in [u, -3 * u, 159 * u] {
                let (sine, cosine) = PortableMath.sineAndCosine(turns: turns)
                // The C library is given the rounded angle 2π · turns.
                let error = 2e-16 * (4 + abs(2 * .pi * turns))
                #expect(abs(sine - sin(2 * .pi * turns)) <= error)
                #expect(abs(cosine - cos(2 * .pi * turns)) <= error)
            }
        }
        #expect(PortableMath.log(0) == -.infinity)
        #expect(PortableMath.log(1) == 0)
        #expect(PortableMath.exp(0) == 1)
        #expect(PortableMath.sineAndCosine(turns: 0.25) == (1, 0))
        #expect(PortableMath.sineAndCosine(turns: -0.25) == (-1, 0))
        #expect(PortableMath.sineAndCosine(turns: 0.5) == (0, -1))
    }
}
