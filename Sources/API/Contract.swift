import CContract

/// The contract that the service serves: `openapi.yaml`, as it was when the executable was built.
enum Contract {
    static let bytes = Array(
        UnsafeBufferPointer(start: seam_contract(), count: seam_contract_length()))
}
