# A thin face over scripts that also run by themselves.
ROUNDS ?= 500
.PHONY: demo test test-unit test-property crash serve bench build install lint clean

demo: ; @deploy/demo.sh
test: ; @.ci/test.sh
test-unit: ; @.ci/test-unit.sh
test-property: ; @.ci/property.sh
crash: ; @.ci/crash.sh --rounds $(ROUNDS)
serve: ; @deploy/serve.sh
bench: ; @deploy/bench.sh
build: ; @deploy/prerequisites.sh && deploy/build.sh
install: ; @deploy/install.sh
lint: ; @.ci/lint.sh
clean: ; rm -rf .build demo
