import Bytes
import HTTP
import Workbench

/// What the service says of itself.
enum ServiceRoutes {
    static let all: [Route] = [
        Route("GET", "healthz", access: .everybody) { exchange throws(APIError) in
            // Whoever asks over and over is answered even while no thread of the handlers is free.
            var response = Reply.document(["status": "alive"])
            response.mayRepeat = exchange.mayRepeat
            return response
        },
        Route("GET", "readyz", access: .everybody, ready),
        Route("GET", "openapi.yaml", access: .everybody) { _ throws(APIError) in
            var response = Reply.mutable(Contract.bytes, .json, headers: BuildTime.header)
            response.headers.set("Content-Type", "application/yaml")
            return response
        },
        Route("GET", "v1", formats: [.json], service),
    ]

    private static let ready: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        try using { () throws(WorkbenchError) in try exchange.workbench.checkReady() }
        return Reply.document(["status": "ready"])
    }

    private static let service: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        _ = try exchange.query()
        return Reply.document([
            "name": .string(Software.name), "version": .string(Software.version),
            "limits": [
                "upload_bytes": .int(exchange.limits.uploadBytes),
                "json_bytes": .int(exchange.limits.jsonBytes), "image_side_px": 8192,
                "pixels_times_ions": 4_000_000_000, "picture_px": 67_108_864,
                "wait_s": .double(exchange.limits.waitSeconds), "page_items": 500,
            ],
            "formats": [
                "upload": [
                    "SurfaceLab ASCII exports, one file an ion, or one wide table",
                    "imzML with its ibd", "TIFF stacks (OME-TIFF, ImageJ), or one file an ion",
                    "BIF6",
                    "npz or npy of cube (ions, height, width) and mz (ions); also labels, pixel_um",
                    "zip, tar or tar.gz of one of these, or multipart/form-data of its files",
                ]
            ],
            "kinds": .array(JobKind.allCases.map(\.document)),
            "links": [
                "datasets": "/v1/datasets", "jobs": "/v1/jobs", "openapi": "/openapi.yaml",
                "usage": "/v1/usage", "metrics": "/metrics",
            ],
        ])
    }
}
