# dtsim - `make` builds build/dtsim; README.md describes `make demo`, tests/README.md the tests, tests/SPEED.md `make bench`.
# The one list of Debian packages this project needs:
PACKAGES = build-essential clang pkg-config libsimgrid-dev libgsl-dev libhdf5-dev liblua5.4-dev \
           libopenblas-pthread-dev libjemalloc-dev zlib1g-dev libexpat1-dev libjansson-dev libcmocka-dev lua5.4 lua-busted pajeng \
           python3-h5py python3-matplotlib python3-numpy python3-pandas python3-plotly python3-pytest python3-scipy \
           python3-selenium chromium chromium-driver minify
PYTHON  ?= /usr/bin/python3
PREFIX  ?= /usr/local
BUILD   ?= build
CC      ?= cc
OPT     ?= -O3
# Empty: a binary for any processor of this kind, whose inner loops choose at run time; MARCH=native: for this one alone.
MARCH   ?=
VERSION := 0.1

WARN  = -Wall -Wextra -Wshadow -Wconversion
BASE  = $(OPT) $(MARCH:%=-march=%) -g -fexceptions -ffp-contract=off -fno-math-errno -Isim -I. -MMD -MP -DDT_VERSION='"$(VERSION)"' \
        $(shell pkg-config --cflags hdf5 lua5.4 openblas 2>/dev/null)
CFLAGS_ALL   = -std=c11 -D_GNU_SOURCE $(WARN) -Wmissing-prototypes $(BASE) $(CFLAGS)
CXXFLAGS_ALL = -std=c++17 $(WARN) $(BASE) $(CXXFLAGS)
# SimGrid scans lists of small objects; an allocator that keeps equal sizes together makes that six times faster.
MALLOC ?= -ljemalloc
# openblas before gsl: both bring CBLAS, and gsl's is the slow one.
LIBS  = $(MALLOC) -lsimgrid $(shell pkg-config --libs openblas gsl hdf5 lua5.4 zlib expat jansson 2>/dev/null) -lpthread -lm

ROOMS    ?= $(notdir $(patsubst %/,%,$(wildcard sim/*/)))
C_FILES  := $(wildcard $(ROOMS:%=sim/%/*.c))
CC_FILES := $(wildcard $(ROOMS:%=sim/%/*.cpp))
OBJECTS  := $(C_FILES:%.c=$(BUILD)/%.o) $(CC_FILES:%.cpp=$(BUILD)/%.o)
TESTS    := $(patsubst %.c,$(BUILD)/%,$(wildcard $(ROOMS:%=tests/%/*_test.c) $(ROOMS:%=tests/%/*_contract.c)))

.PHONY: all deps demo check check-report check-slurm check-ns3 check-debian13 tests test quick golden asan fuzz inject torture \
        names random-faults fault-table claims layers warnings new bench docs labs gallery plot install clean
all: $(BUILD)/dtsim $(BUILD)/plotly.min.js

# Debian's plotly.js is not minified: the small form is made once.
$(BUILD)/plotly.min.js: analysis/plotlyjs.py
	@mkdir -p $(@D)
	@$(PYTHON) -m analysis.plotlyjs $@

$(BUILD)/dtsim: $(BUILD)/sim/main.o $(BUILD)/libdtsim.a
	$(CXX) $(LDFLAGS) -o $@ $^ $(LIBS)
$(BUILD)/libdtsim.a: $(OBJECTS)
	@rm -f $@ && $(AR) rcs $@ $^
# The products are compared with plain sums, not repeated on other processors: multiplying and adding may be one.
$(BUILD)/sim/layer/product.o: CFLAGS_ALL += -ffp-contract=fast
$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -c -o $@ $<
$(BUILD)/%.o: %.cpp
	@mkdir -p $(@D)
	$(CXX) $(CXXFLAGS_ALL) -c -o $@ $<
$(BUILD)/tests/%: $(BUILD)/tests/%.o $(BUILD)/libdtsim.a
	$(CXX) $(LDFLAGS) -o $@ $^ $(LIBS) -lcmocka
.SECONDARY: $(TESTS:%=%.o)
-include $(OBJECTS:.o=.d) $(TESTS:%=%.d) $(BUILD)/sim/main.d

# ---- what people call -----------------------------------------------------------------------
deps:
	@missing=$$(dpkg-query -W -f '$${db:Status-Status} $${Package}\n' $(PACKAGES) 2>&1 | grep -v '^installed ' || true); \
	if [ -n "$$missing" ]; then \
	  as_root=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	  $$as_root apt-get update -q && \
	  $$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $(PACKAGES); \
	fi
# Results of another tau.lua are not written over, they move to results/tau-before.h5, and those to tau-before.h5.~1~.
demo: deps
	@$(MAKE) -s -j$$(nproc) all
	@if $(BUILD)/dtsim plan scenarios/tau.lua -o results/tau.h5 2>&1 | grep -q "would be lost\|not written over"; then \
	  for f in h5 h5.parts; do if [ -e results/tau.$$f ]; then \
	  mv -Tv --backup=numbered results/tau.$$f results/tau-before.$$f; fi; done; fi
	$(BUILD)/dtsim run scenarios/tau.lua -o results/tau.h5
	$(BUILD)/dtsim plot results/tau.h5 -o results/tau.png
	$(BUILD)/dtsim report results/tau.h5 -o results/tau.html
	@echo "left: results/tau.h5 results/tau.png results/tau.html"
# Builds what some tests need, and runs them: "make test ROOM=engine", "make quick", "make test" for all.
TEST = needs=$$($(PYTHON) tests/run.py $(BUILD) --needs $(1)) && $(MAKE) -s -j$$(nproc) $$needs && \
  $(PYTHON) tests/run.py $(BUILD) $(1)
check: deps
	@$(MAKE) -s -j$$(nproc) all tests
	@$(MAKE) -s layers
	@$(call TEST,)
check-report: deps
	@$(call TEST,report)
tests: $(TESTS)
test:
	@$(call TEST,$(ROOM))
quick:
	@$(MAKE) -s layers
	@$(call TEST,--quick)
# What every member does is what it did; GOLDEN=renew records what is new, GOLDEN=renew:strategy/sgd one member anew.
golden: all
	@DTSIM=$(BUILD)/dtsim $(PYTHON) -m pytest -q -p no:cacheprovider tests/command/test_golden.py tests/command/test_corpus.py
# Every scenario in full: of SEEDS consecutive seeds from FIRST, for how many each claim holds.
claims: all
	@$(PYTHON) tests/claims.py $(BUILD)/dtsim --seeds $(or $(SEEDS),1) --first $(or $(FIRST),1) $(SCENARIO)
# A job array on a Slurm of its own (Debian: slurm-wlm); skipped where that is not installed.
check-slurm: all
	@DTSIM=$(BUILD)/dtsim $(PYTHON) -m pytest -q -rs -p no:cacheprovider tests/cluster
# Kill sweeps and their runs at random moments, N times.
torture: all
	@$(PYTHON) tests/command/torture.py $(BUILD)/dtsim $(or $(N),200) $(SEED)
# How often a neighbour's answers would pass, among N students.
names: all
	@$(PYTHON) tests/command/names.py $(BUILD)/dtsim $(or $(N),50) $(LABS)
# Every strategy under N random faults: each run ends, and says why.
random-faults: $(BUILD)/tests/strategy/fault_contract
	@FAULTS=$(or $(N),320) $< 2>&1 | grep -E "^counted|FAILED|ERROR|PASSED"
# The table of tests/README.md: which strategy keeps which contract on faults, and what it refuses.
fault-table: $(BUILD)/tests/strategy/fault_contract
	@FAULT_TABLE=renew $<
# Both compilers have nothing to complain about.
warnings:
	@for cc in gcc clang; do printf '%s\n' $(C_FILES) sim/main.c $(TESTS:$(BUILD)/%=%.c) | \
	  xargs -P$$(nproc) -n 16 $$cc -fsyntax-only -Werror $(filter-out -MMD -MP,$(CFLAGS_ALL)) || exit 1; done
layers: $(BUILD)/libdtsim.a
	@awk -f tests/layers.awk sim/*.c $(wildcard sim/*/*.[ch] sim/*/*.cpp)
	@tests/exports.sh $(BUILD)
asan:
	@$(MAKE) -s -j$$(nproc) BUILD=build/asan MALLOC= OPT="-O1 -fno-omit-frame-pointer -fsanitize=address,undefined" \
	  LDFLAGS="-fsanitize=address,undefined" tests
	@for t in build/asan/tests/*/*_test build/asan/tests/*/*_contract; do \
	  echo $$t; ASAN_OPTIONS=detect_leaks=0:detect_stack_use_after_return=0 $$t > build/asan/log 2>&1 || { cat build/asan/log; exit 1; }; done
# Damaged and hostile input, FUZZ_SECONDS for each harness of tests/fuzz; what is found stays in $(FUZZ)/found.
FUZZ         = build/fuzz
FUZZ_SECONDS ?= 60
fuzz: PACKAGES += libclang-rt-dev
fuzz: deps
	@$(MAKE) -s -j$$(nproc) BUILD=$(FUZZ) MALLOC= CC=clang CXX=clang++ OPT="-O1 -fno-omit-frame-pointer \
	  -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all" LDFLAGS="-fsanitize=fuzzer,address,undefined" \
	  $(patsubst tests/%.c,$(FUZZ)/tests/%,$(wildcard tests/fuzz/*.c))
	@tests/fuzz/fuzz.sh $(FUZZ) $(FUZZ_SECONDS) $(PYTHON)
# Every call that make check fails a sample of.
inject: all
	@INJECT=all DTSIM=$(BUILD)/dtsim $(PYTHON) -m pytest -q -rP -p no:cacheprovider tests/command/test_inject.py
bench: all $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(wildcard tests/bench/*.c))
	@CC="$(CC)" OPT="$(OPT)" DEBIAN13="$(DEBIAN13)" $(PYTHON) tests/bench/bench.py $(BUILD) $(ROWS)
$(BUILD)/bench/%: tests/bench/%.c
	@mkdir -p $(@D)
	$(CC) -std=c11 -D_GNU_SOURCE -O2 $(WARN) -o $@ $< $(LIBS)
$(BUILD)/bench/products: tests/bench/products.c $(BUILD)/libdtsim.a
	@mkdir -p $(@D)
	$(CC) -std=c11 -D_GNU_SOURCE -O2 $(WARN) -Isim -o $@ $< $(BUILD)/libdtsim.a $(LIBS)
# A new member of a room: make new ROOM=strategy NAME=mine
new: export ROOM := $(ROOM)
new: export NAME := $(NAME)
new:
	@$(PYTHON) tests/new/new.py
docs: all
	$(BUILD)/dtsim docs > lua/dt/reference.gen.lua
	$(PYTHON) -m analysis.options > analysis/options.gen.tsv
	$(PYTHON) sim/model/profiles/make.py
# The pictures of the labs' hand-outs; their files are this target's own.
labs: all
	for lab in scenarios/labs/0*; do $(BUILD)/dtsim run $$lab/scenario.lua -o results/$$(basename $$lab).h5 --quiet --fresh; done; true
	for lab in 01-update-cost 02-straggler; do \
	  $(BUILD)/dtsim plot results/$$lab.h5 --figure sweep -o scenarios/labs/$$lab/picture.png || exit 1; done
	$(BUILD)/dtsim plot results/03-period.h5 --figure curve -o scenarios/labs/03-period/picture.png
	for lab in 04-uneven-data 06-liars; do \
	  $(BUILD)/dtsim plot results/$$lab.h5 --figure curve --x round -o scenarios/labs/$$lab/picture.png || exit 1; done
	$(BUILD)/dtsim plot results/05-staleness.h5 --figure progress --size 11x4 -o scenarios/labs/05-staleness/picture.png
	for lab in 07-who-goes-first 08-what-to-send; do \
	  $(BUILD)/dtsim plot results/$$lab.h5 --figure breakdown -o scenarios/labs/$$lab/picture.png || exit 1; done
# The pictures of analysis/README.md, from what make demo and scenarios/time_to_accuracy.lua leave; 256 colours keep them small.
GALLERY = overview target differences gantt platform
gallery: all
	mkdir -p analysis/gallery
	for f in $(GALLERY); do $(BUILD)/dtsim plot results/tau.h5 --figure $$f -o analysis/gallery/$$f.png || exit 1; done
	! [ -f results/time_to_accuracy.h5 ] || $(BUILD)/dtsim plot results/time_to_accuracy.h5 --figure heatmap --x strategy.period \
	  --y platform.bandwidth --facet jitter --value "time_to(accuracy >= 0.9)" --where "stop.accuracy = 0.9" --size 9x3.6 \
	  --title "Time to 90 % of MNIST" --xlabel "averaging period (steps)" -o analysis/gallery/heatmap.png
	$(BUILD)/dtsim report results/tau.h5 -o results/tau.html
	chromium --headless=new --no-sandbox --disable-gpu --hide-scrollbars --window-size=1366,1240 \
	  --virtual-time-budget=5000 --screenshot=analysis/gallery/report.png "file://$$PWD/results/tau.html"
	$(PYTHON) -c 'import sys; from PIL import Image; \
	  [Image.open(p).convert("RGB").quantize(256).save(p, optimize=True) for p in sys.argv[1:]]' analysis/gallery/*.png
plot: all
	@for f in results/*.h5; do $(BUILD)/dtsim plot $$f; done
install: all
	install -D $(BUILD)/dtsim $(DESTDIR)$(PREFIX)/bin/dtsim
	mkdir -p $(DESTDIR)$(PREFIX)/share/dtsim
	if [ -e $(BUILD)/plotly.min.js ]; then cp $(BUILD)/plotly.min.js $(DESTDIR)$(PREFIX)/share/dtsim; fi
	cp -r --parents lua platforms scenarios analysis sim/model/profiles $(DESTDIR)$(PREFIX)/share/dtsim
clean:
	rm -rf $(BUILD)
# Flows against TCP packet by packet, where libns3-dev is installed.
NS3 = ns3-applications ns3-core ns3-internet ns3-network ns3-point-to-point ns3-traffic-control
check-ns3:
	@if pkg-config --exists $(NS3); then $(MAKE) -s $(BUILD)/tests/ns3/flows $(BUILD)/tests/ns3/dumbbell; fi
	@BUILD=$(BUILD) $(PYTHON) -m pytest -q -rs -p no:cacheprovider tests/ns3
$(BUILD)/tests/ns3/dumbbell: tests/ns3/dumbbell.cpp
	@mkdir -p $(@D)
	$(CXX) -std=c++17 -O2 $(WARN) -o $@ $< $$(pkg-config --cflags --libs $(NS3))
# A Debian 13 tree (made once, as root), with SimGrid 4.0 and HDF5 1.14: builds and passes there too.
DEBIAN13 ?= /var/tmp/dtsim-debian13
check-debian13: PACKAGES += debootstrap
check-debian13: deps
	[ -x $(DEBIAN13)/usr/bin/apt-get ] || debootstrap --variant=minbase trixie $(DEBIAN13)
	rm -rf $(DEBIAN13)/src && mkdir -p $(DEBIAN13)/src
	git ls-files -z | xargs -0 cp --parents -t $(DEBIAN13)/src
	mountpoint -q $(DEBIAN13)/proc || mount -t proc proc $(DEBIAN13)/proc
	chroot $(DEBIAN13) sh -c 'apt-get install -q -y make >/dev/null && cd /src && make check'; \
	status=$$?; umount $(DEBIAN13)/proc; exit $$status
