import LatentDiffusion
import SoundBridge
import TestSupport
import Testing

@testable import PictureServer

@ComputeActor
struct ModelFactsTests {
    private func bundle() throws -> ModelBundle { try ModelSearch(models: Checkout.models).bundle("default") }

    @Test func aRectifiedFlowHasItsOwnLevelsAndNoiseAlone() throws {
        let pipeline = try OpenModel(bundle()).pipeline
        let facts = try ModelFacts(pipeline)
        #expect(Set(facts.choices.schedulers.keys) == Set(SamplerKind.allCases.map(\.rawValue)))
        #expect(facts.choices.schedulers.values.allSatisfy { $0 == [.discrete] })
        #expect(facts.choices.noises == [.own])
        #expect(facts.choices.soundForms == [.names, .describe])
        #expect(facts.choices.candidates == 64 && facts.defaults.candidates == 2)
        #expect(pipeline.parts.denoiser.loaded == nil, "weights were read")
    }

    @Test func aDiffusionModelHasSchedulersForMostSamplers() throws {
        let scratch = try TemporaryFolder()
        let model = try OpenModel(
            DiffusersFolder(contentsOf: StandIn("sd1").write(to: scratch)), sounds: bundle())
        let facts = try ModelFacts(model.pipeline)
        #expect(facts.choices.schedulers["dpm++2m"] == SchedulerKind.allCases)
        #expect(facts.choices.schedulers["ddim"] == [.discrete, .trailing])
        #expect(facts.choices.schedulers["lcm"] == [.discrete])
        #expect(facts.choices.noises == NoiseKind.allCases)
        #expect(facts.choices.soundForms == [.names, .describe], "tokens need trained ones")
        #expect(facts.defaults.soundAs == .names)
    }
}
