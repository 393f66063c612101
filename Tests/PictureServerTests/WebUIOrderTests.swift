import Foundation
import LatentDiffusion
import Testing

@testable import PictureServer

struct WebUIOrderTests {
    private func order(_ json: String) throws -> WebUIOrder {
        var fields = try Fields(json: Data("{\"prompt\": \"a wolf\", \(json)}".utf8))
        return try WebUIOrder(&fields, model: nil, startsFromPicture: false, ServerLimits())
    }

    @Test(
        arguments: [
            (#""scheduler": "Karras""#, nil, .karras), (#""scheduler": "Automatic""#, nil, nil),
            (#""scheduler": "SGM Uniform""#, nil, .trailing), (#""scheduler": "sgm_uniform""#, nil, .trailing),
            (#""scheduler": "Exponential""#, nil, .exponential), (#""scheduler": "Normal""#, nil, .discrete),
            (#""scheduler": "", "sampler_name": """#, nil, nil),
            (#""sampler_name": "DPM++ 2M Karras""#, .dpmPlusPlus2M, .karras),
            (#""sampler_name": "DPM++ 2M SDE Exponential""#, .dpmPlusPlus2MSDE, .exponential),
            (#""sampler_name": "Euler SGM Uniform""#, .euler, .trailing),
            (#""sampler_name": "Euler a""#, .eulerAncestral, nil),
            (#""sampler_name": "Euler a", "scheduler": "Karras""#, .eulerAncestral, .karras),
            // As there, the name counts first.
            (#""sampler_name": "DPM++ 2M Karras", "scheduler": "Exponential""#, .dpmPlusPlus2M, .karras),
            (#""sampler_name": "DPM++ 2M Automatic", "scheduler": "Exponential""#, .dpmPlusPlus2M, nil),
            (#""sampler_name": "k_dpmpp_2m_karras", "scheduler": "Automatic""#, .dpmPlusPlus2M, .karras),
        ] as [(String, SamplerKind?, SchedulerKind?)])
    func schedulersAreReadAsThere(_ json: String, _ sampler: SamplerKind?, _ scheduler: SchedulerKind?) throws {
        let order = try order(json)
        #expect(order.order.sampler == sampler)
        #expect(order.order.scheduler == scheduler)
        #expect(order.ignored.isEmpty)
    }

    @Test(arguments: [
        (#""scheduler": "Align Your Steps""#, "“scheduler” must be one of /sdapi/v1/schedulers"),
        (#""scheduler": 3"#, "“scheduler” is no text"),
        (#""sampler_name": "DPM++ 2M Beta""#, "“sampler_name” must be one of /sdapi/v1/samplers"),
        (#""sampler_name": "Karras""#, "“sampler_name” must be"),
        (#""sampler_name": " Karras""#, "“sampler_name” must be"),
    ])
    func unknownNamesAreRefused(_ json: String, _ sentence: String) {
        let error = #expect(throws: ServerError.self) { try order(json) }
        #expect(error?.description.contains(sentence) == true, "\(error?.description ?? "nothing")")
    }

    @Test func whatIsListedCanBeAskedFor() throws {
        #expect(WebUIScheduler.all.map(\.name) == ["automatic", "normal", "karras", "exponential", "sgm_uniform"])
        for scheduler in WebUIScheduler.all {
            for name in [scheduler.name, scheduler.label] + scheduler.aliases {
                #expect(
                    WebUIScheduler(named: name)?.kind == scheduler.kind && WebUIScheduler(named: name) != nil, "\(name)"
                )
            }
        }
    }
}
