#!/usr/bin/env bash
# The fast part of the tests: all Swift Testing suites, in release.
set -euo pipefail
cd "$(dirname "$0")/.."
deploy/prerequisites.sh
swift build -c release --build-tests
swift test -c release --skip-build --disable-xctest

# The same numerics for a processor without wide vectors, and nothing shared between the two.
SEAM_KERNELS=base swift test -c release --skip-build --disable-xctest --filter '^KernelsTests\.'
.ci/check-wide-symbols.sh
