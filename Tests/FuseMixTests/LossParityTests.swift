import Foundation
import TensorCore
import Testing

@testable import FuseMix

/// The losses compared with PyTorch's, from `Training/fixtures/loss_fixtures.py`: computed in double from the same f32
/// inputs, stored in f32. Losses agree to a relative 1e-6; gradients, whose softmax shares err by the f32 similarity's
/// 1e-7 over the temperature, to 1e-5 of their length.
@Suite struct LossParityTests {
    let fixture: SafetensorsFile

    init() throws {
        let folder = try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil))
        fixture = try SafetensorsFile(contentsOf: folder.appending(path: "losses.safetensors"))
    }

    /// The temperature that PyTorch computed with.
    static let temperature = Double(Float(0.07))

    private func check(_ value: LossValue, _ name: String, scalars: [String]) throws {
        try check(value.loss, "\(name).loss", 1e-6)
        #expect(try LossTwin.error(value.gradientX, LossTwin.rows(fixture.tensor("\(name).x"))) <= 1e-5)
        #expect(try LossTwin.error(value.gradientY, LossTwin.rows(fixture.tensor("\(name).y"))) <= 1e-5)
        for (scalar, gradient) in zip(scalars, value.scalarGradients) { try check(gradient, "\(name).\(scalar)", 1e-5) }
    }

    private func check(_ found: Double, _ name: String, _ relative: Double) throws {
        let expected = Double(try fixture.tensor(name).floats[0])
        #expect(abs(found - expected) <= relative * abs(expected), "\(name): \(found), not \(expected)")
    }

    @Test func infonce() throws {
        let (x, y) = (try fixture.tensor("x"), try fixture.tensor("y"))
        let loss = StreamedInfoNCE(temperature: Self.temperature, tileSide: 16)
        try check(loss(x, y), "infonce", scalars: ["temperature"])
        let labels = try fixture.tensor("labels").floats.map { Int32($0) }
        try check(loss(x, y, labels: labels), "multi", scalars: ["temperature"])
    }

    /// The loss is 8e-4, all of it from the probabilities of the other pairs.
    @Test func infonceOfNearPairs() throws {
        let value = StreamedInfoNCE(temperature: Self.temperature, tileSide: 16)(
            try fixture.tensor("x"), try fixture.tensor("near"))
        try check(value, "near_infonce", scalars: ["temperature"])
    }

    @Test func sigmoid() throws {
        let (x, y) = (try fixture.tensor("x"), try fixture.tensor("y"))
        let loss = StreamedSigmoidLoss(logScale: Double(Float(log(20.0))), bias: -10, tileSide: 16)
        try check(loss(x, y), "sigmoid", scalars: ["log_scale", "bias"])
        let labels = try fixture.tensor("labels").floats.map { Int32($0) }
        try check(loss(x, y, labels: labels), "sigmoid_multi", scalars: ["log_scale", "bias"])
    }

    @Test(arguments: [(1, 0.07), (3, 0.4)])
    func structure(levels: Int, temperature: Double) throws {
        let (value, gradient) = StructureRegulariser(levels: levels, temperature: temperature)(
            latents: try fixture.tensor("latents"), adapted: try fixture.tensor("x"))
        try check(value, "structure_\(levels).loss", 1e-5)
        let expected = LossTwin.rows(try fixture.tensor("structure_\(levels).x"))
        #expect(LossTwin.error(gradient, expected) <= 1e-5)
    }
}
