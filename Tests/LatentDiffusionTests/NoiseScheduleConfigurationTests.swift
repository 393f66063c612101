import Foundation
import TestSupport
import Testing

@testable import FilesOnDisk
@testable import LatentDiffusion

@Suite struct NoiseScheduleConfigurationTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func read(_ json: String) throws -> NoiseScheduleConfiguration {
        try NoiseScheduleConfiguration(schedulerFile: folder.write("scheduler_config.json", json))
    }

    func diffusion(_ json: String) throws -> DiscreteDiffusion {
        try #require(try read(json).schedule as? DiscreteDiffusion)
    }

    static func named(_ name: String, _ fields: String = "") -> String {
        #"{"_class_name": "\#(name)"\#(fields.isEmpty ? "" : ", " + fields)}"#
    }

    /// Files as diffusers writes them, one of them with -Infinity.
    @Test(arguments: SamplerKind.allCases)
    func readsAFileOfEveryScheduler(kind: SamplerKind) throws {
        let configuration = try NoiseScheduleConfiguration(
            schedulerFile: Fixture.url("schedulers/\(kind.rawValue).json"))
        #expect(configuration.sampler == kind && configuration.predictionType == .epsilon)
        let diffusion = try #require(configuration.schedule as? DiscreteDiffusion)
        #expect(diffusion.levels.offset == 1 && diffusion.levels.finalOfDDIM == .zero)
    }

    @Test func theSchedulerOfStableDiffusion1HasAStandIn() throws {
        let pndm = try NoiseScheduleConfiguration(schedulerFile: Fixture.url("schedulers/pndm.json"))
        #expect(pndm.sampler == .dpmPlusPlus2M)
        let diffusion = try #require(pndm.schedule as? DiscreteDiffusion)
        #expect(diffusion.levels.finalOfDDIM == .smallest && diffusion.levels.spacing == .leading)
    }

    @Test func fieldsMeanWhatTheySay() throws {
        let found = try diffusion(
            Self.named(
                "EulerDiscreteScheduler",
                #"""
                "num_train_timesteps": 3, "trained_betas": [0.1, 0.2, 0.3], "prediction_type": "v_prediction",
                "timestep_spacing": "trailing", "use_karras_sigmas": true, "final_sigmas_type": "sigma_min",
                "rescale_betas_zero_snr": true, "steps_offset": 1, "clip_sample": true, "skip_prk_steps": true
                """#))
        #expect(found.prediction == .velocity)
        #expect(
            found.levels.spacing == .trailing && found.levels.scheduler == .karras && found.levels.final == .smallest)
        #expect(found.levels.offset == 1)
        #expect(abs(found.table.signalShares[0] - 0.9) < 1e-6 && found.table.signalShares[2] == 0)
        let model = try diffusion(
            Self.named("LCMScheduler", #""original_inference_steps": 20, "timestep_scaling": 5"#))
        #expect(model.levels.distilledSteps == 20 && model.consistencyScale == 5)
        #expect(abs(model.table.signalShares[0] - 0.99915) < 1e-6)
    }

    @Test func aDenoisersOwnFileMustSayWhatItPredicts() throws {
        #expect(throws: FileContentError.self) { try read("{}") }
        #expect(try read(#"{"prediction_type": "flow", "shift": 3}"#).schedule as? RectifiedFlow == .init(shift: 3))
        #expect(try read(#"{"prediction_type": "sample"}"#).sampler == nil)
    }

    @Test(arguments: [
        ("_class_name", Self.named("FlowMatchEulerDiscreteScheduler")),
        ("beta_start", Self.named("DDIMScheduler", #""beta_start": 0"#)),
        ("beta_end", Self.named("DDIMScheduler", #""beta_end": 1"#)),
        ("beta_end", Self.named("DDIMScheduler", #""beta_end": 0.99, "num_train_timesteps": 50000"#)),
        ("beta_schedule", Self.named("DDPMScheduler", #""beta_schedule": "sigmoid""#)),
        ("num_train_timesteps", Self.named("DDIMScheduler", #""num_train_timesteps": 1000000000000"#)),
        (
            "num_train_timesteps",
            Self.named("DDIMScheduler", #""num_train_timesteps": 1"#)
        ),
        ("trained_betas", Self.named("DDIMScheduler", #""trained_betas": [0.1]"#)),
        ("trained_betas", Self.named("DDIMScheduler", #""num_train_timesteps": 2, "trained_betas": [0.1, NaN]"#)),
        ("steps_offset", Self.named("DDIMScheduler", #""steps_offset": -1"#)),
        ("steps_offset", Self.named("DDIMScheduler", #""num_train_timesteps": 4, "steps_offset": 2"#)),
        ("original_inference_steps", Self.named("LCMScheduler", #""original_inference_steps": 0"#)),
        ("timestep_scaling", Self.named("LCMScheduler", #""timestep_scaling": Infinity"#)),
        ("timestep_spacing", Self.named("DDIMScheduler", #""timestep_spacing": "even""#)),
        ("prediction_type", Self.named("DDIMScheduler", #""prediction_type": "flow_prediction""#)),
        ("thresholding", Self.named("DDIMScheduler", #""thresholding": true"#)),
        (
            "use_exponential_sigmas",
            Self.named(
                "EulerDiscreteScheduler", #""use_exponential_sigmas": true, "use_karras_sigmas": true"#)
        ),
        ("use_beta_sigmas", Self.named("EulerDiscreteScheduler", #""use_beta_sigmas": true"#)),
        ("use_lu_lambdas", Self.named("DPMSolverMultistepScheduler", #""use_lu_lambdas": true"#)),
        ("use_flow_sigmas", Self.named("UniPCMultistepScheduler", #""use_flow_sigmas": true"#)),
        ("use_dynamic_shifting", Self.named("UniPCMultistepScheduler", #""use_dynamic_shifting": true"#)),
        ("interpolation_type", Self.named("EulerDiscreteScheduler", #""interpolation_type": "log_linear""#)),
        ("timestep_type", Self.named("EulerDiscreteScheduler", #""timestep_type": "continuous""#)),
        ("sigma_min", Self.named("EulerDiscreteScheduler", #""sigma_min": 0.1"#)),
        ("lambda_min_clipped", Self.named("DPMSolverMultistepScheduler", #""lambda_min_clipped": -5.1"#)),
        ("algorithm_type", Self.named("DPMSolverMultistepScheduler", #""algorithm_type": "dpmsolver""#)),
        ("solver_type", Self.named("DPMSolverMultistepScheduler", #""solver_type": "heun""#)),
        ("solver_order", Self.named("DPMSolverMultistepScheduler", #""solver_order": 3"#)),
        ("solver_type", Self.named("UniPCMultistepScheduler", #""solver_type": "bh1""#)),
        ("predict_x0", Self.named("UniPCMultistepScheduler", #""predict_x0": false"#)),
        ("disable_corrector", Self.named("UniPCMultistepScheduler", #""disable_corrector": [0]"#)),
        ("variance_type", Self.named("DDPMScheduler", #""variance_type": "learned_range""#)),
    ])
    func whatIsNotUnderstoodIsRefusedByName(field: String, json: String) throws {
        let error = try #require(throws: FileContentError.self) { try read(json) }
        guard case .field(_, let named, _) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(named == field || named.hasPrefix(field + "["))
    }
}
