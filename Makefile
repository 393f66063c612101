# make demo     a picture for every clip in Samples
# make test     every test
# make library-test  a package of its own that depends on ours, and the README's snippet
# make docs     the reference of the library
# make cluster-test  a run shared out by a real Slurm on this machine, as root
# make install-test  manual page and completions of an installation
# make page-test  the page of a run in headless Chromium
# make server-test  a server, its clients and its page
# make walk-test  the commands of README.md, as they stand there
# make evaluation-test  those of docs/evaluation.md, on small datasets in the published layouts
# make fuzz     every reader of files over inputs made up for it, for SECONDS=60 in all
# make install  the command and its models under PREFIX
# Each installs the Debian packages that are missing.

PREFIX ?= /usr/local
DESTDIR ?=
ROOT := $(abspath $(dir $(lastword $(MAKEFILE_LIST))))
PACKAGES := g++ pkg-config libsndfile1-dev libmpg123-dev libsoxr-dev libfftw3-dev libpng-dev libjpeg-dev libwebp-dev \
    libdnnl-dev libopenblas-openmp-dev libssl-dev
CLUSTER_PACKAGES := munge slurmctld slurmd slurm-client hostname procps sox libsox-fmt-base
# Made by the command itself; a completion's path begins with the name of its shell.
MANUAL := man/man1/fusemix-gen.1
COMPLETIONS := bash-completion/completions/fusemix-gen zsh/site-functions/_fusemix-gen \
    fish/vendor_completions.d/fusemix-gen.fish
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
SWIFT := swift
# Tests see internals and need optimised networks; their build lies apart, so that neither undoes the other.
TEST_FLAGS := -c release -Xswiftc -enable-testing --scratch-path $(ROOT)/.build/tests
BINARY := $(ROOT)/.build/release/fusemix-gen
SECONDS := 60

.PHONY: build demo test library-test install-test docs cluster-test page-test server-test walk-test evaluation-test fuzz deps install uninstall clean

build: deps
	$(SWIFT) build --package-path $(ROOT) -c release --static-swift-stdlib --product fusemix-gen

demo: build
	$(BINARY) $(ROOT)/Samples -o $(ROOT)/demo --overwrite
	@echo "The pictures are in $(ROOT)/demo"

test: deps
	@$(call install_missing,python3 python3-numpy ffmpeg)
	$(ROOT)/Tests/run $(SWIFT) --package-path $(ROOT) $(TEST_FLAGS)

library-test: build
	@$(call install_missing,python3)
	$(ROOT)/Tests/Library/run $(SWIFT) $(ROOT)
	$(ROOT)/docs/symbol-graphs $(SWIFT) $(ROOT) $(ROOT)/.build/symbol-graphs
	$(SWIFT) package --package-path $(ROOT) describe --type json > $(ROOT)/.build/package.json
	$(ROOT)/Tests/Library/public-names $(ROOT)/.build/symbol-graphs $(ROOT)/.build/package.json

docs: build
	$(ROOT)/docs/build $(SWIFT) $(ROOT)

install-test: build
	@$(call install_missing,man-db groff zsh fish)
	$(ROOT)/Tests/Install/run $(ROOT)

page-test: build
	@$(call install_missing,chromium python3)
	Tests/Page/run $(BINARY)

server-test: build
	@$(call install_missing,chromium curl nodejs python3 python3-venv)
	Tests/Server/run $(BINARY)

walk-test: build
	@$(call install_missing,sox libsox-fmt-mp3 python3)
	Tests/Walk/run $(BINARY)

evaluation-test: build
	@$(call install_missing,python3 python3-numpy ffmpeg)
	$(ROOT)/Tests/Evaluation/run $(BINARY)

cluster-test: build
	@$(call install_missing,$(CLUSTER_PACKAGES))
	$(SUDO) $(ROOT)/Tests/Cluster/run $(BINARY)

fuzz: deps
	@$(call install_missing,python3 ffmpeg)
	$(ROOT)/fuzz/run $(SWIFT) $(SECONDS) $(READERS)

deps:
	@$(call install_missing,$(PACKAGES))

# $(call install_missing,PACKAGES)
define install_missing
missing=$$(for package in $(1); do \
	    dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || echo $$package; done); \
	if [ -n "$$missing" ]; then \
	    echo "Installing" $$missing; \
	    $(SUDO) apt-get update -qq && \
	    $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; \
	fi
endef

install: build
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/fusemix-gen
	install -s -m 755 $(BINARY) $(DESTDIR)$(PREFIX)/bin/fusemix-gen
	rm -rf $(DESTDIR)$(PREFIX)/share/fusemix-gen/Models
	cp -R $(ROOT)/Models $(DESTDIR)$(PREFIX)/share/fusemix-gen/Models
	install -d $(addprefix $(DESTDIR)$(PREFIX)/share/,$(dir $(MANUAL) $(COMPLETIONS)))
	$(BINARY) manual > $(DESTDIR)$(PREFIX)/share/$(MANUAL)
	set -e; for file in $(COMPLETIONS); do \
	    $(BINARY) --generate-completion-script $${file%%[-/]*} > $(DESTDIR)$(PREFIX)/share/$$file; \
	done

uninstall:
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/share/,$(MANUAL) $(COMPLETIONS))
	rm -f $(DESTDIR)$(PREFIX)/bin/fusemix-gen
	rm -rf $(DESTDIR)$(PREFIX)/share/fusemix-gen

clean:
	rm -rf $(ROOT)/.build $(ROOT)/demo
