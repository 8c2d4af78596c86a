# The front door. Everything is built by meson below build/; packages that are missing are installed
# by tools/require from the one list, tools/packages.

PREFIX  ?= /usr/local
DESTDIR ?=
ROOM    ?= 224.1.1.1
NAME    ?= $(shell id -un)
TIME    ?= 60
SEEDS   ?= 1..10000
BUILD   := build/plain
PROGRAM := $(BUILD)/src/app/chat-multicast

.PHONY: all run demo test lint bench simulation search fuzz soak install clean help

all: $(BUILD)/build.ninja
	@ninja -C $(BUILD) --quiet

help:
	@echo "make run         open the room (ROOM=$(ROOM) NAME=$(NAME))"
	@echo "make demo        show a tree of seven nodes on this machine, and what it does when one dies"
	@echo "make test        build and run all tests"
	@echo "make lint        check the style and the structure of the sources"
	@echo "make bench       measure, side by side with bare programs and with peers"
	@echo "make simulation  write doc/simulation.md: what the tree does at scale"
	@echo "make search      many random simulations of either profile, checked (SEEDS=$(SEEDS))"
	@echo "make fuzz        search for inputs that break a parser (TIME=$(TIME) seconds each)"
	@echo "make soak        flood a tree (TIME=$(TIME) seconds), time its recovery, lose packets (10 times TIME)"
	@echo "make install     install programs, library and man pages (PREFIX=$(PREFIX) DESTDIR=$(DESTDIR))"
	@echo "make clean       remove build/"

$(BUILD)/build.ninja:
	@tools/require build
	@meson setup $(BUILD) --prefix $(abspath $(PREFIX)) -Dtests=false >/dev/null

# In a terminal: the chat. Without one: a short conversation of two, on this machine alone.
run: all
	@if [ -t 0 ] && [ -t 1 ]; then $(PROGRAM) -room $(ROOM) -name $(NAME); \
	else tools/demo-room $(PROGRAM); fi

demo: all
	@tools/demo-tree $(BUILD)/src/app

test:
	@tools/require build test
	@tools/run-tests

lint:
	@tools/require build lint
	@tools/lint

# Libraries that were not here may be now: without what needs them, the build is set up again.
bench:
	@tools/require build test bench
	@[ ! -d $(BUILD) ] || [ -x $(BUILD)/bench/broker/ramure-broker-bench -a \
		-x $(BUILD)/bench/star/ramure-ns3-star ] || \
		meson setup --reconfigure $(BUILD) >/dev/null
	@$(MAKE) --no-print-directory all
	@bench/run
	@bench/tree
	@bench/path
	@bench/islands
	@bench/sim

simulation: all
	@tools/require build
	@command -v gnuplot >/dev/null || tools/require bench
	@bench/simulation

search: all
	@$(BUILD)/src/app/mcastsim --draw --check --seeds $(SEEDS)
	@$(BUILD)/src/app/mcastsim --draw --check --profile full --seeds $(SEEDS)

fuzz:
	@tools/require build test
	@tools/fuzz $(TIME)

soak: all
	@tools/require build test soak
	@RAMURE_SOAK_S=$(TIME) /usr/bin/python3 -m pytest -q -rP -p no:cacheprovider \
		test/lab/test_data_overload.py test/lab/test_full_recovery.py test/lab/test_full_loss.py \
		-k "flood_costs or full_recovery or full_loss"
	@RAMURE_SOAK_S=$(TIME) /usr/bin/python3 -m pytest -q -p no:cacheprovider \
		test/lab/test_island_streams.py

install: all
	@meson configure $(BUILD) --prefix $(abspath $(PREFIX))
	@DESTDIR=$(DESTDIR) meson install -C $(BUILD) --quiet >/dev/null
	@if [ -z "$(DESTDIR)" ] && [ "$$(id -u)" -eq 0 ]; then ldconfig; fi

clean:
	rm -rf build
