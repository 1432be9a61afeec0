#pragma once
#include <stddef.h>

/// The text of openapi.yaml, put into the executable when it is built.
const unsigned char *_Nonnull seam_contract(void);

/// Its length in bytes.
size_t seam_contract_length(void);
