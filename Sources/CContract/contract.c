#include "contract.h"

static const unsigned char contract[] = {
#embed "../../openapi.yaml"
};

const unsigned char *seam_contract(void) { return contract; }

size_t seam_contract_length(void) { return sizeof contract; }
